namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>Bits of userAccountControl and its computed twin, [MS-ADTS] 2.2.16 and 3.1.1.4.5.17.</summary>
internal static class UserFlags
{
    /// <summary>Holds lockout and password expiry, which userAccountControl itself no longer tells.</summary>
    public const string Computed = "msDS-User-Account-Control-Computed";

    [Flags]
    public enum Bits : uint
    {
        None = 0,
        Disabled = 0x2,
        LockedOut = 0x10,
        InterdomainTrust = 0x800,
        Workstation = 0x1000,
        DomainController = 0x2000,
        PasswordNeverExpires = 0x10000,
        PasswordExpired = 0x800000,
        ReadOnlyDomainController = 0x4000000,
        AnyTrust = InterdomainTrust | Workstation | DomainController | ReadOnlyDomainController,
    }
}
