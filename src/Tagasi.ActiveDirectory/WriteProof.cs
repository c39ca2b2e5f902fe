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

    /// <summary>lockoutTime as stored: 0 after an unlocking; null where it was never set, or may not be read.</summary>
    public long? RawLockoutTime { get; init; }

    /// <summary>The password's replication stamp; null where the service account may not read replPropertyMetaData.</summary>
    public PasswordStamp? PasswordStamp { get; init; }

    /// <summary>invocationId of <see cref="Server"/>, to know its own writes by; null where it may not be read.</summary>
    public Guid? ServerInvocationId { get; init; }

    /// <summary>Whether the password was written between two proofs of the same server.</summary>
    /// <remarks>
    /// The stamp decides where both have it. Else a moved pwdLastSet does, which an administrator's "must change" moves as well. Where that
    /// is 0 before and after, uSNChanged has to do, which any write moves, a counted wrong password included (measured with Samba).
    /// </remarks>
    /// <exception cref="ArgumentException">They are of different servers.</exception>
    public static WriteComparison Compare(WriteProof before, WriteProof after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (!string.Equals(before.Server, after.Server, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"Proofs of {before.Server} and {after.Server} cannot be compared.", nameof(after));
        }

        if (before.PasswordStamp is { } from && after.PasswordStamp is { } to)
        {
            return CompareStamps(from, to, after.IsWrittenHere(before));
        }

        var isTouched = after.RawPasswordLastSet == 0 && after.UpdateSequenceNumber > before.UpdateSequenceNumber;
        return after.RawPasswordLastSet != before.RawPasswordLastSet || isTouched ? WriteComparison.Written : WriteComparison.Unchanged;
    }

    /// <summary>Whether the server of this proof has the password that another server showed as written, or a later one.</summary>
    /// <param name="written">What was read back at the domain controller that was written to.</param>
    public bool HasArrived(WriteProof written)
    {
        ArgumentNullException.ThrowIfNull(written);
        return PasswordStamp is { } here && written.PasswordStamp is { } there
            ? here == there || here.Version > there.Version
            : RawPasswordLastSet == written.RawPasswordLastSet || RawPasswordLastSet > written.RawPasswordLastSet;
    }

    /// <summary>
    /// Whether the account is locked out. A lockoutTime that stood there before, when the account was not locked, is one of a lockout that has
    /// run out: it stays until the next sign-in.
    /// </summary>
    public bool IsLockedOutAfter(WriteProof before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return IsLockedOut && (before.IsLockedOut || RawLockoutTime != before.RawLockoutTime);
    }

    /// <summary>Whether the password was last written at this server; null where that is not to be seen.</summary>
    /// <param name="before">A domain controller that was restored or moved in between has another invocationId than the one with which it wrote.</param>
    public bool? IsWrittenHere(WriteProof before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return ServerInvocationId is { } own && PasswordStamp is { OriginatingInvocationId: var origin } ? origin == own || origin == before.ServerInvocationId : null;
    }

    private static WriteComparison CompareStamps(PasswordStamp from, PasswordStamp to, bool? isWrittenHere)
    {
        if (from == to)
        {
            return WriteComparison.Unchanged;
        }

        var isElsewhere = isWrittenHere is false;
        return to.Version < from.Version || (to.Version == from.Version && !isElsewhere) ? WriteComparison.PutBack
            : to.Version - from.Version > 1 ? WriteComparison.WrittenMoreThanOnce
            : isElsewhere ? WriteComparison.WrittenElsewhere
            : WriteComparison.Written;
    }
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
