using System.Globalization;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>The groups whose members Active Directory gives AdminSDHolder's permissions, [MS-ADTS] 3.1.1.6.1, by their well-known SIDs.</summary>
internal static class ProtectedGroups
{
    // Domain Admins, Domain Controllers, Schema Admins, Enterprise Admins, Read-only Domain Controllers, Key Admins, Enterprise Key Admins.
    private static readonly HashSet<uint> OfDomain = [512, 516, 518, 519, 521, 526, 527];

    // Administrators; Account, Server, Print and Backup Operators; Replicator.
    private static readonly HashSet<string> BuiltIn =
        [.. new[] { 544, 548, 549, 550, 551, 552 }.Select(rid => string.Create(CultureInfo.InvariantCulture, $"S-1-5-32-{rid}"))];

    public static bool Contains(string sid) =>
        BuiltIn.Contains(sid) || (sid.StartsWith("S-1-5-21-", StringComparison.Ordinal) && OfDomain.Contains(SecurityIdentifiers.RelativeId(sid)));
}
