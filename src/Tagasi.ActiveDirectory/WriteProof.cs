namespace Tagasi.ActiveDirectory;

/// <summary>What one domain controller shows of an account's password, without showing the password.</summary>
public sealed record WriteProof
{
    /// <summary>DNS host name of the domain controller. Proofs of different servers cannot be compared.</summary>
    public required string Server { get; init; }

    /// <summary>That domain controller's clock when it answered; null in what is read back right after a write, where it is not asked.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>pwdLastSet as stored: 100 ns ticks since 1601-01-01 UTC, 0 for must change.</summary>
    public required long RawPasswordLastSet { get; init; }

    /// <summary><see cref="RawPasswordLastSet"/> as a time; null where it is 0.</summary>
    public DateTimeOffset? PasswordLastSet { get; init; }

    /// <summary>Locked out: in a proof that was read back or looked at, lockoutTime is set.</summary>
    public required bool IsLockedOut { get; init; }

    /// <summary>
    /// uSNChanged: moves with every write to the object at this server. Tells that something was written where pwdLastSet
    /// is 0 before and after.
    /// </summary>
    public required long UpdateSequenceNumber { get; init; }
}

/// <summary>What a look at one domain controller gave. Closed: switch over the nested kinds.</summary>
public abstract record WriteLook
{
    private WriteLook()
    {
    }

    /// <summary>The server answered.</summary>
    public sealed record Seen(WriteProof Proof) : WriteLook;

    /// <summary>The server answered that there is no such object.</summary>
    public sealed record Gone : WriteLook;

    /// <summary>The server could not be asked; ask it again later.</summary>
    public sealed record Unavailable(DirectoryFailure Failure) : WriteLook;
}
