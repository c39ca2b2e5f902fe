using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>From what the directory returned of an object to an <see cref="Account"/>.</summary>
internal static class AccountMapping
{
    public const string ResultantPso = "msDS-ResultantPSO";

    /// <summary>userAccountControl itself no longer tells of lockout and password expiry.</summary>
    public const string ComputedFlags = "msDS-User-Account-Control-Computed";

    /// <summary>What to ask for. Constructed attributes come only where they are named.</summary>
    public static readonly string[] Attributes =
    [
        "objectClass", "objectSid", "sAMAccountName", "userPrincipalName", "displayName", "userAccountControl", ComputedFlags,
        "pwdLastSet", "accountExpires", "adminCount", "isCriticalSystemObject", "tokenGroups", ResultantPso, SecurityDescriptor.Attribute,
        "uSNChanged", "lockoutTime", "badPasswordTime", ReplicationMetadata.Attribute,
    ];

    // Every user has them. Not shown means not allowed to see, and must not pass for "enabled" or "in no protected group".
    private static readonly string[] Needed = ["objectSid", "sAMAccountName", "userAccountControl", "pwdLastSet", "tokenGroups"];

    private const uint KrbtgtRelativeId = 502;

    private static readonly string[] MachineClasses = ["computer", "msDS-ManagedServiceAccount", "msDS-GroupManagedServiceAccount"];

    /// <summary>Attributes that a user must have and this service account is not shown; empty for other objects.</summary>
    public static IReadOnlyList<string> HiddenOf(LdapEntry entry) =>
        IsUser(entry) ? [.. Needed.Where(attribute => entry.Values(attribute).Count == 0)] : [];

    public static Account From(LdapEntry entry, Guid guid, EffectivePolicy policy, string server, DateTimeOffset serverTime)
    {
        var flags = entry.Flags("userAccountControl") ?? AccountFlags.None;
        var computed = entry.Flags(ComputedFlags) ?? AccountFlags.None;
        var rawLastSet = entry.Int64("pwdLastSet") ?? 0;
        return new Account
        {
            ObjectGuid = guid,
            DistinguishedName = entry.Dn,
            Sid = entry.Sid("objectSid") ?? "",
            SamAccountName = entry.Plain("sAMAccountName") ?? "",
            UserPrincipalName = entry.Plain("userPrincipalName"),
            DisplayName = entry.Plain("displayName"),
            Kind = KindOf(entry, flags),
            IsDisabled = flags.HasFlag(AccountFlags.Disabled),
            IsLockedOut = computed.HasFlag(AccountFlags.LockedOut),
            IsExpired = AdTime.FromTicks(entry.Int64("accountExpires") ?? 0) <= serverTime,
            IsPasswordExpired = computed.HasFlag(AccountFlags.PasswordExpired),
            MustChangePassword = rawLastSet == 0,
            CannotChangePassword = entry.Bytes(SecurityDescriptor.Attribute) is { } sd ? SecurityDescriptor.Read(sd.Span)?.DeniesPasswordChange : null,
            PasswordNeverExpires = flags.HasFlag(AccountFlags.PasswordNeverExpires),
            HasAdminCount = entry.Int64("adminCount") > 0,
            GroupSids = [.. entry.Values("tokenGroups").Select(sid => SecurityIdentifiers.ToText(sid.Span)).OfType<string>()],
            RawPasswordLastSet = rawLastSet,
            PasswordLastSet = AdTime.FromTicks(rawLastSet),
            Policy = policy,
            EarliestNextChange = EarliestNextChange(AdTime.FromTicks(rawLastSet), policy, serverTime),
            UpdateSequenceNumber = entry.Int64("uSNChanged") ?? 0,
            RawLockoutTime = entry.Int64("lockoutTime"),
            RawBadPasswordTime = entry.Int64("badPasswordTime"),
            PasswordStamp = entry.PasswordStamp(),
            Server = server,
            ServerTime = serverTime,
        };
    }

    // "Must change", which has no time of the last setting, lifts the minimum age. The clocks compared are the domain controller's own, but
    // its answer cuts off the second's fraction: without a minimum age there is nothing to compare.
    private static DateTimeOffset? EarliestNextChange(DateTimeOffset? lastSet, EffectivePolicy policy, DateTimeOffset serverTime)
    {
        var age = policy is EffectivePolicy.Known known ? known.Policy.MinimumAge : TimeSpan.Zero;
        if (lastSet is not { } set || age <= TimeSpan.Zero || age > DateTimeOffset.MaxValue - set)
        {
            return null;
        }

        return set + age > serverTime ? set + age : null;
    }

    private static AccountKind KindOf(LdapEntry entry, AccountFlags flags)
    {
        if (!IsUser(entry))
        {
            return AccountKind.Other;
        }

        if (IsKeyDistributionService(entry.Sid("objectSid"), entry.Plain("sAMAccountName")))
        {
            return AccountKind.KeyDistributionService;
        }

        if ((flags & AccountFlags.AnyTrust) != AccountFlags.None || IsOneOf(entry, MachineClasses))
        {
            return AccountKind.Machine;
        }

        return entry.Boolean("isCriticalSystemObject") == true ? AccountKind.SystemCritical : AccountKind.Person;
    }

    private static bool IsUser(LdapEntry entry) => IsOneOf(entry, "user");

    private static bool IsOneOf(LdapEntry entry, params string[] classes) =>
        entry.Texts("objectClass").Intersect(classes, StringComparer.OrdinalIgnoreCase).Any();

    // A read-only domain controller's own is called krbtgt_ and its msDS-SecondaryKrbTgtNumber.
    private static bool IsKeyDistributionService(string? sid, string? name) =>
        (sid is not null && SecurityIdentifiers.RelativeId(sid) == KrbtgtRelativeId)
        || string.Equals(name, "krbtgt", StringComparison.OrdinalIgnoreCase)
        || name?.StartsWith("krbtgt_", StringComparison.OrdinalIgnoreCase) == true;
}
