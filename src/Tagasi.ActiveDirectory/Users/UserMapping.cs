using Tagasi.ActiveDirectory.Accounts;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Users;

/// <summary>From an entry of the reading to a <see cref="DirectoryUser"/>.</summary>
internal static class UserMapping
{
    private static readonly string[] Attributes =
    [
        "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "displayName", "givenName", "sn", "mail",
        "userAccountControl", "adminCount", "accountExpires", "whenChanged",
    ];

    public static string[] AttributesFor(UserReading reading) =>
        reading.RecoveryMailAttribute is { } mail ? [.. Attributes.Union([mail], StringComparer.OrdinalIgnoreCase)] : Attributes;

    public static DirectoryUser From(LdapEntry entry, UserReading reading, string server) => new()
    {
        ObjectGuid = entry.Guid("objectGUID") ?? throw Hidden(entry, server),
        Sid = entry.Sid("objectSid") ?? "",
        DistinguishedName = entry.Dn,
        SamAccountName = entry.Plain("sAMAccountName") ?? "",
        UserPrincipalName = entry.Plain("userPrincipalName"),
        DisplayName = entry.Plain("displayName"),
        GivenName = entry.Plain("givenName"),
        Surname = entry.Plain("sn"),
        Mail = entry.Plain("mail"),
        RecoveryMail = reading.RecoveryMailAttribute is { } mail ? entry.PlainAll(mail) : [],
        IsDisabled = entry.Flags("userAccountControl").HasFlag(AccountFlags.Disabled),
        HasAdminCount = entry.Int64("adminCount") > 0,
        AccountExpires = AdTime.FromTicks(entry.Int64("accountExpires") ?? 0),
        WhenChanged = AdTime.FromGeneralized(entry.Plain("whenChanged")),
    };

    // Left out in silence it would look like a deleted user.
    private static DirectoryException Hidden(LdapEntry entry, string server) =>
        new(new DirectoryFailure(FailureCause.Refused, $"{entry.Dn} shows no objectGUID: the service account may not read it.", server));
}
