using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Says which right the service account lacks on an account, and where to grant it: the directory's error names neither.</summary>
internal static class MissingRights
{
    private static readonly string[] Attributes = [SecurityDescriptor.Attribute];

    /// <summary>Words for the administrator; empty where the permissions could not be asked for.</summary>
    public static async Task<string> ExplainAsync(DirectoryConnection connection, Account account, IReadOnlyList<AccessRight> rights, Deadline deadline)
    {
        try
        {
            var entry = await connection.ReadAsync(LdapDn.ForGuid(account.ObjectGuid), Attributes, deadline, SecurityDescriptor.DaclOnly);
            var descriptor = entry?.Bytes(SecurityDescriptor.Attribute) is { } octets ? SecurityDescriptor.Read(octets.Span) : null;
            return Explain(descriptor, connection.Root.TokenSids, account with { DistinguishedName = entry?.Dn ?? account.DistinguishedName }, rights);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return "";
        }
    }

    public static string Explain(SecurityDescriptor? descriptor, IReadOnlyList<string> sids, Account account, IReadOnlyList<AccessRight> rights)
    {
        var names = string.Join(", ", rights.Select(right => right.Name));
        if (descriptor is null || sids.Count == 0)
        {
            return $"The permissions of {account.DistinguishedName} cannot be read; {names} would be needed.";
        }

        string[] missing = [.. rights.Where(right => !descriptor.Grants(right, sids)).Select(right => right.Name)];
        return missing.Length == 0
            ? $"By its permissions nothing is missing on {account.DistinguishedName}: {names} are granted."
            : $"Missing on {account.DistinguishedName}: {string.Join(", ", missing)}. {RemedyFor(descriptor, account)}";
    }

    private static string RemedyFor(SecurityDescriptor descriptor, Account account)
    {
        var where = LdapDn.TryParse(account.DistinguishedName, out var dn) ? $"{dn.Parent}" : "the container above";
        if (account.HasStaleAdminCount)
        {
            return $"adminCount is set, though the account is in no protected group any more: clear it and let the object inherit from {where} again.";
        }

        if (account.HasAdminCount)
        {
            return $"The account is in a protected group ({account.ProtectingGroup}) and has AdminSDHolder's permissions, which nothing granted on {where} changes.";
        }

        return descriptor.IsProtected
            ? $"The object does not inherit permissions: let it inherit, and grant this on {where} for the user objects below."
            : $"Grant this on {where} for the user objects below.";
    }
}
