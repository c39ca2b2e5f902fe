using Tagasi.ActiveDirectory;

namespace Tagasi.Simulation.Forest;

/// <summary>One account as one domain controller holds it. Password and lockout replicate each by themselves.</summary>
/// <param name="LockoutTime">0: not locked out.</param>
/// <param name="LockoutStamp">As <paramref name="PasswordStamp"/>, of lockoutTime.</param>
internal sealed record Replica(string Password, long PasswordLastSet, PasswordStamp PasswordStamp, long LockoutTime, PasswordStamp LockoutStamp, long UpdateSequenceNumber)
{
    public bool IsLockedOut => LockoutTime != 0;

    /// <summary>Takes over what is newer there. Of two originating writes the higher version wins, then the later one, then one of them at both. [MS-DRSR] 5.16.4.3</summary>
    public Replica Merge(Replica other)
    {
        var merged = IsBefore(PasswordStamp, other.PasswordStamp)
            ? this with { Password = other.Password, PasswordLastSet = other.PasswordLastSet, PasswordStamp = other.PasswordStamp }
            : this;
        return IsBefore(LockoutStamp, other.LockoutStamp) ? merged with { LockoutTime = other.LockoutTime, LockoutStamp = other.LockoutStamp } : merged;
    }

    private static bool IsBefore(PasswordStamp mine, PasswordStamp theirs) =>
        (mine.Version, mine.OriginatingTime!.Value, mine.OriginatingInvocationId).CompareTo((theirs.Version, theirs.OriginatingTime!.Value, theirs.OriginatingInvocationId)) < 0;
}
