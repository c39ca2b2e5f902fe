namespace Tagasi.ActiveDirectory;

/// <summary>What two proofs of one server say about the password in between; see <see cref="WriteProof.Compare"/>.</summary>
public enum WriteComparison
{
    /// <summary>Nobody wrote it.</summary>
    Unchanged,

    /// <summary>It was written; as far as can be seen once, and at this server.</summary>
    Written,

    /// <summary>It was written several times, so that whose password counts is not known. Never told where the stamp may not be read.</summary>
    WrittenMoreThanOnce,

    /// <summary>It was written once, but at another domain controller, from which it came here. Never told where the stamp may not be read.</summary>
    WrittenElsewhere,

    /// <summary>The stamp is older than before: the domain controller was put back to an earlier state, and whatever was written may be undone.</summary>
    PutBack,
}
