using Tagasi.ActiveDirectory;

namespace Tagasi.Simulation.Forest;

/// <summary>One account as one domain controller holds it. Password and lockout replicate each by themselves.</summary>
/// <param name="LockoutTime">0: not locked out.</param>
/// <param name="LockoutStamp">As <paramref name="PasswordStamp"/>, of lockoutTime.</param>
internal sealed record Replica(string Password, long PasswordLastSet, PasswordStamp PasswordStamp, long LockoutTime, PasswordStamp LockoutStamp, long UpdateSequenceNumber)
{
    public bool IsLockedOut => LockoutTime != 0;

    /// <summary>Of two originating writes the higher version wins, then the later one, then one of them at both. [MS-DRSR] 5.16.4.3</summary>
    public Replica Merge(Replica other, long usn) => this with
    {
        Password = IsBefore(PasswordStamp, other.PasswordStamp) ? other.Password : Password,
        PasswordLastSet = IsBefore(PasswordStamp, other.PasswordStamp) ? other.PasswordLastSet : PasswordLastSet,
        PasswordStamp = IsBefore(PasswordStamp, other.PasswordStamp) ? other.PasswordStamp : PasswordStamp,
        LockoutTime = IsBefore(LockoutStamp, other.LockoutStamp) ? other.LockoutTime : LockoutTime,
        LockoutStamp = IsBefore(LockoutStamp, other.LockoutStamp) ? other.LockoutStamp : LockoutStamp,
        UpdateSequenceNumber = usn,
    };

    private static bool IsBefore(PasswordStamp mine, PasswordStamp theirs) =>
        (mine.Version, mine.OriginatingTime!.Value, mine.OriginatingInvocationId).CompareTo((theirs.Version, theirs.OriginatingTime!.Value, theirs.OriginatingInvocationId)) < 0;
}
