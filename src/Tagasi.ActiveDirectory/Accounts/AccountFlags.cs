namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>Bits of userAccountControl and of its computed twin, [MS-ADTS] 2.2.16 and 3.1.1.4.5.17.</summary>
[Flags]
internal enum AccountFlags : uint
{
    None = 0,
    Disabled = 0x2,

    /// <summary>In the computed attribute only.</summary>
    LockedOut = 0x10,
    InterdomainTrust = 0x800,
    Workstation = 0x1000,
    DomainController = 0x2000,
    PasswordNeverExpires = 0x10000,

    /// <summary>In the computed attribute only.</summary>
    PasswordExpired = 0x800000,
    ReadOnlyDomainController = 0x4000000,
    AnyTrust = InterdomainTrust | Workstation | DomainController | ReadOnlyDomainController,
}
