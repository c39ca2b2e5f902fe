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

    /// <exception cref="DirectoryException">
    /// The service account may not see what every user has. Left out in silence it would look like a deleted user, or like an enabled one.
    /// </exception>
    public static DirectoryUser From(LdapEntry entry, UserReading reading, string server) => new()
    {
        ObjectGuid = entry.Guid("objectGUID") ?? throw Hidden(entry, "objectGUID", server),
        Sid = entry.Sid("objectSid") ?? throw Hidden(entry, "objectSid", server),
        DistinguishedName = entry.Dn,
        SamAccountName = entry.Plain("sAMAccountName") ?? throw Hidden(entry, "sAMAccountName", server),
        UserPrincipalName = entry.Plain("userPrincipalName"),
        DisplayName = entry.Plain("displayName"),
        GivenName = entry.Plain("givenName"),
        Surname = entry.Plain("sn"),
        Mail = entry.Plain("mail"),
        RecoveryMail = reading.RecoveryMailAttribute is { } mail ? entry.PlainAll(mail) : [],
        IsDisabled = (entry.Flags("userAccountControl") ?? throw Hidden(entry, "userAccountControl", server)).HasFlag(AccountFlags.Disabled),
        HasAdminCount = entry.Int64("adminCount") > 0,
        AccountExpires = AdTime.FromTicks(entry.Int64("accountExpires") ?? 0),
        WhenChanged = AdTime.FromGeneralized(entry.Plain("whenChanged")),
    };

    private static DirectoryException Hidden(LdapEntry entry, string attribute, string server) =>
        new(new DirectoryFailure(FailureCause.NotReadable, $"The service account may not read {attribute} of {entry.Dn}.", server));
}
