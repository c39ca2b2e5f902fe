using System.Globalization;
using Tagasi.ActiveDirectory;

namespace Tagasi.Agent.Writeback;

/// <summary>Accounts that no ticket can touch: privileged ones, the agent's own, and those that the settings name.</summary>
/// <remarks>
/// The built-in list cannot be shortened. That a service with the right to reset could be told to reset an administrator was
/// CVE-2017-8613; here the host that writes has the last word.
/// </remarks>
internal sealed class ProtectedAccounts(IEnumerable<string> groups, IEnumerable<Guid> accounts, IEnumerable<string> ownNames)
{
    // Relative ids within a domain: Enterprise Read-only DCs, Domain Admins, DCs, Cert Publishers, Schema Admins, Enterprise Admins,
    // Group Policy Creator Owners, Read-only DCs, Key Admins, Enterprise Key Admins. [MS-DTYP] 2.4.2.4
    private static readonly HashSet<uint> PrivilegedGroups = [498, 512, 516, 517, 518, 519, 520, 521, 526, 527];

    // Administrators, Account, Server, Print and Backup Operators, Replicator, Incoming Forest Trust Builders.
    private static readonly HashSet<string> PrivilegedBuiltins = [.. new[] { 544, 548, 549, 550, 551, 552, 557 }.Select(rid => $"S-1-5-32-{rid}")];

    // Administrator, Guest, krbtgt.
    private static readonly HashSet<uint> BuiltinAccounts = [500, 501, 502];

    private readonly HashSet<string> groups = [.. groups];
    private readonly HashSet<Guid> accounts = [.. accounts];
    private readonly HashSet<string> ownNames = ownNames.Select(LastPart).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the account is protected, for the administrator; null: it is not.</summary>
    public string? FindReason(Account account)
    {
        if (account.Kind is not AccountKind.Person)
        {
            return $"the object is no person's account ({account.Kind})";
        }

        if (DomainRid(account.Sid) is { } rid && BuiltinAccounts.Contains(rid))
        {
            return $"a built-in account ({account.Sid})";
        }

        if (accounts.Contains(account.ObjectGuid))
        {
            return "named in protected.accounts";
        }

        if (IsOwn(account))
        {
            return "the agent's own account";
        }

        var group = account.GroupSids.FirstOrDefault(sid => groups.Contains(sid) || IsPrivilegedGroup(sid));
        return group is not null ? $"member of {group}, directly or through another group"
            : account.HasAdminCount ? "adminCount is 1, though no privileged group was found: it may be a remainder of former membership"
            : null;
    }

    /// <summary>Whether this is a privileged group by its well-known id.</summary>
    public static bool IsPrivilegedGroup(string sid) =>
        PrivilegedBuiltins.Contains(sid) || (DomainRid(sid) is { } rid && PrivilegedGroups.Contains(rid));

    private static uint? DomainRid(string sid) =>
        sid.StartsWith("S-1-5-21-", StringComparison.Ordinal)
        && uint.TryParse(sid.AsSpan(sid.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rid) ? rid : null;

    // The settings may name it as user principal name or as DOMAIN\name. Of two accounts with one short name both are protected.
    private bool IsOwn(Account account) =>
        ownNames.Contains(account.SamAccountName) || (account.UserPrincipalName is { } name && ownNames.Contains(LastPart(name)));

    private static string LastPart(string name) =>
        name.Contains('\\', StringComparison.Ordinal) ? name[(name.LastIndexOf('\\') + 1)..] : name.Split('@')[0];
}
