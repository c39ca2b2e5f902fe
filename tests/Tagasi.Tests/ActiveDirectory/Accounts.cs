using Tagasi.ActiveDirectory;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Accounts to begin a test with.</summary>
internal static class Accounts
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static PasswordPolicy Policy { get; } = new()
    {
        MinimumLength = 10,
        RequiresComplexity = true,
        HistoryLength = 5,
        MinimumAge = TimeSpan.Zero,
        LockoutThreshold = 5,
    };

    public static Account Anna { get; } = new()
    {
        ObjectGuid = new Guid("1e4a062a-8657-4ebc-8dc3-dda118441df4"),
        DistinguishedName = "CN=Anna Arendt,OU=Staff,DC=test,DC=example",
        Sid = "S-1-5-21-1-2-3-1104",
        SamAccountName = "anna",
        DisplayName = "Anna Arendt",
        Kind = AccountKind.Person,
        IsDisabled = false,
        IsLockedOut = false,
        IsExpired = false,
        IsPasswordExpired = false,
        MustChangePassword = false,
        PasswordNeverExpires = false,
        HasAdminCount = false,
        GroupSids = [],
        RawPasswordLastSet = 134400179519250727,
        Policy = new EffectivePolicy.Known(Policy),
        UpdateSequenceNumber = 1,
        Server = "dc1.test.example",
        ServerTime = Now,
    };
}
