using Tagasi.ActiveDirectory.Accounts;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Policies;

/// <summary>Password policies as the domain head and password settings objects store them.</summary>
internal static class PolicyMapping
{
    public static readonly string[] DomainAttributes =
        ["minPwdLength", "pwdProperties", "pwdHistoryLength", "minPwdAge", "maxPwdAge", "lockoutThreshold", "lockoutDuration", "lockOutObservationWindow"];

    public static readonly string[] PasswordSettingsAttributes =
    [
        "cn", "msDS-MinimumPasswordLength", "msDS-PasswordComplexityEnabled", "msDS-PasswordHistoryLength", "msDS-MinimumPasswordAge",
        "msDS-MaximumPasswordAge", "msDS-LockoutThreshold", "msDS-LockoutDuration", "msDS-LockoutObservationWindow",
    ];

    // DOMAIN_PASSWORD_COMPLEX in the PasswordProperties of [MS-SAMR] DOMAIN_PASSWORD_INFORMATION, which pwdProperties stores.
    private const int Complex = 1;

    public static PasswordPolicy FromDomain(LdapEntry head) => new()
    {
        MinimumLength = head.Number("minPwdLength"),
        RequiresComplexity = (head.Number("pwdProperties") & Complex) != 0,
        HistoryLength = head.Number("pwdHistoryLength"),
        MinimumAge = Interval(head, "minPwdAge") ?? TimeSpan.Zero,
        MaximumAge = Interval(head, "maxPwdAge"),
        LockoutThreshold = head.Number("lockoutThreshold"),
        LockoutDuration = Interval(head, "lockoutDuration"),
        LockoutObservationWindow = Interval(head, "lockOutObservationWindow"),
    };

    /// <summary>Unreadable where the object is hidden, or shows itself without its rules.</summary>
    public static EffectivePolicy FromPasswordSettings(string dn, LdapEntry? pso)
    {
        if (pso is null || pso.Int64("msDS-MinimumPasswordLength") is null || pso.Boolean("msDS-PasswordComplexityEnabled") is not { } complex)
        {
            return new EffectivePolicy.Unreadable(dn);
        }

        return new EffectivePolicy.Known(new PasswordPolicy
        {
            PasswordSettingsName = pso.Plain("cn") ?? dn,
            MinimumLength = pso.Number("msDS-MinimumPasswordLength"),
            RequiresComplexity = complex,
            HistoryLength = pso.Number("msDS-PasswordHistoryLength"),
            MinimumAge = Interval(pso, "msDS-MinimumPasswordAge") ?? TimeSpan.Zero,
            MaximumAge = Interval(pso, "msDS-MaximumPasswordAge"),
            LockoutThreshold = pso.Number("msDS-LockoutThreshold"),
            LockoutDuration = Interval(pso, "msDS-LockoutDuration"),
            LockoutObservationWindow = Interval(pso, "msDS-LockoutObservationWindow"),
        });
    }

    private static TimeSpan? Interval(LdapEntry entry, string attribute) => AdTime.Interval(entry.Int64(attribute) ?? 0);
}
