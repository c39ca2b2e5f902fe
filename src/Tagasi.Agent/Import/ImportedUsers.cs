using Tagasi.ActiveDirectory;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Import;

/// <summary>Turns users as the directory shows them into users as the service knows them.</summary>
internal static class ImportedUsers
{
    // RFC 5321 4.5.3.1: what is longer is no address.
    private const int LongestMail = 254;

    /// <param name="domain">DNS name: without a userPrincipalName of its own, AD knows an account as sAMAccountName@domain.</param>
    public static ImportedUser From(DirectoryUser user, string domain) => new(
        user.ObjectGuid,
        user.UserPrincipalName ?? $"{user.SamAccountName}@{domain}",
        user.SamAccountName,
        user.DisplayName ?? NameOf(user),
        Mail(user.Mail),
        user.RecoveryMail.Select(Mail).FirstOrDefault(mail => mail is not null),
        !user.IsDisabled);

    private static string NameOf(DirectoryUser user) =>
        $"{user.GivenName} {user.Surname}".Trim() is { Length: > 0 } name ? name : user.SamAccountName;

    private static string? Mail(string? text) => text is { Length: > 0 and <= LongestMail } && text.Contains('@', StringComparison.Ordinal) ? text.Trim() : null;
}

/// <summary>Gathers users into pages that stay below the relay's message limit.</summary>
internal sealed class PageBuilder
{
    private const int MostUsers = 500;

    // Half of what the relay takes, which a signature makes a third more. JSON writes a character as six bytes at the worst (\uXXXX); the
    // rest is names of members.
    private const int MostBytes = RelayWire.MaxMessageBytes / 2;
    private const int FixedBytes = 220;
    private const int BytesPerChar = 6;

    private List<ImportedUser> users = [];
    private int bytes;

    /// <returns>The page that is full without this user, if so.</returns>
    public IReadOnlyList<ImportedUser>? Add(ImportedUser user)
    {
        var size = FixedBytes + (BytesPerChar * (user.UserPrincipalName.Length + user.SamAccountName.Length + user.DisplayName.Length + (user.Mail?.Length ?? 0) + (user.RecoveryMail?.Length ?? 0)));
        var full = users.Count == MostUsers || bytes + size > MostBytes ? Take() : null;
        users.Add(user);
        bytes += size;
        return full;
    }

    /// <summary>What has been gathered, the last page: it may be empty.</summary>
    public IReadOnlyList<ImportedUser> Take()
    {
        var page = users;
        (users, bytes) = ([], 0);
        return page;
    }
}
