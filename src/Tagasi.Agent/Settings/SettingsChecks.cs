using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Tagasi.Ldap;
using Tagasi.Protocol;

namespace Tagasi.Agent.Settings;

/// <summary>The faults that one setting alone does not show: names that must fit each other, and files that must be there.</summary>
internal static partial class SettingsChecks
{
    private const int DnsPort = 53;

    public static void Run(AgentSettings settings, bool withSecrets, ICollection<string> faults)
    {
        CheckAuthority(settings.Service?.Authority, "service.authority", faults);
        if (!Path.IsPathFullyQualified(settings.StateFolder))
        {
            faults.Add("stateFolder: must be a full path");
        }

        IReadOnlyList<DomainSettings> domains = [.. (settings.Domains ?? []).Where(domain => domain is not null)];
        for (var i = 0; i < domains.Count; i++)
        {
            CheckDomain(domains[i], $"domains[{i}]", withSecrets, faults);
        }

        CheckAcross(domains, faults);
        CheckScope(settings.Scope, domains, faults);
        Check(settings.KnownAgents, "knownAgents", text => KeyId.IsWellFormed(text), "is no agent's key; 'tagasi enrol' and 'tagasi doctor' print it on the other agent's host", faults);
        Check(settings.Protected.Groups, "protected.groups", text => Sid().IsMatch(text), "is no SID (S-1-5-…)", faults);
        Check(settings.Protected.Accounts, "protected.accounts", text => Guid.TryParse(text, out _), "is no objectGUID", faults);
    }

    /// <summary>Reads "address" or "address:port".</summary>
    public static IPEndPoint? ParseDnsServer(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPEndPoint(address, DnsPort)
        : IPEndPoint.TryParse(text, out var endpoint) ? endpoint
        : null;

    private static void CheckDomain(DomainSettings domain, string path, bool withSecrets, ICollection<string> faults)
    {
        Check(domain.DnsServers, path + ".dnsServers", text => ParseDnsServer(text) is not null, "is no address, such as 10.0.0.1 or 10.0.0.1:53", faults);
        CheckAuthority(domain.Authority, path + ".authority", faults);
        if (!withSecrets)
        {
            return;
        }

        if (domain.SignIn is { Method: SignInMethod.Password, SecretFile: { } secret })
        {
            CheckSecret(secret, path + ".signIn.secretFile", faults);
        }
        else if (domain.SignIn is { Method: SignInMethod.Kerberos, Keytab: { } keytab })
        {
            CheckSecret(keytab, path + ".signIn.keytab", faults);
        }
    }

    private static void CheckAcross(IReadOnlyList<DomainSettings> domains, ICollection<string> faults)
    {
        foreach (var twice in domains.Where(domain => domain.Name is not null).GroupBy(domain => domain.Name!, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            faults.Add($"domains: {twice.Key} is there {twice.Count()} times");
        }

        // libkrb5 knows one client keytab for the whole process, and takes the first account in it.
        if (domains.Select(domain => domain.SignIn).OfType<SignInSettings>().Where(s => s.Method is SignInMethod.Kerberos).DistinctBy(s => (s.Keytab, s.Account?.ToUpperInvariant())).Count() > 1)
        {
            faults.Add("domains: all domains with kerberos must name one account and one keytab, which holds that account alone; give the others the method password, or an agent of their own");
        }
    }

    private static void CheckScope(ScopeSettings? scope, IReadOnlyList<DomainSettings> domains, ICollection<string> faults)
    {
        if (scope?.Include is not { } include)
        {
            return;
        }

        Check(include, "scope.include", text => LdapDn.TryParse(text, out _), "is no distinguished name, such as OU=People,DC=corp,DC=example,DC=com", faults);
        Check(scope.Exclude, "scope.exclude", text => LdapDn.TryParse(text, out _), "is no distinguished name, such as OU=Board,OU=People,DC=corp,DC=example,DC=com", faults);
        var heads = domains.Where(domain => domain.Name is not null).Select(domain => (domain.Name, Dn: LdapDn.OfDomain(domain.Name!))).ToList();
        IReadOnlyList<(string Text, LdapDn Dn)> included = [.. include.Where(text => LdapDn.TryParse(text, out _)).Select(text => (text, LdapDn.Parse(text)))];
        foreach (var (text, dn) in included.Where(item => !heads.Any(head => IsIn(item.Dn, head.Dn))))
        {
            faults.Add($"scope.include: {text} lies in none of the domains");
        }

        foreach (var (name, head) in heads.Where(head => !included.Any(item => IsIn(item.Dn, head.Dn))))
        {
            faults.Add($"scope.include: names no OU of {name}, so that nobody there could be reset");
        }

        // An exclusion that excludes nothing of what is included is a slip of the pen, and would leave in scope whom it was to spare.
        foreach (var text in scope.Exclude.Where(text => LdapDn.TryParse(text, out var dn) && !included.Any(item => dn.IsAtOrUnder(item.Dn))))
        {
            faults.Add($"scope.exclude: {text} lies below no included OU, so that it excludes nobody");
        }
    }

    /// <summary>Whether a name lies in the domain with this head. A child domain's names end like its parent's, but have a DC part more.</summary>
    public static bool IsIn(LdapDn dn, LdapDn head) =>
        dn.IsAtOrUnder(head) && dn.Parts.Count(part => part.Pairs[0].Attribute.Equals("DC", StringComparison.OrdinalIgnoreCase)) == head.Parts.Count;

    private static void Check(IReadOnlyList<string> texts, string path, Func<string, bool> isRight, string fault, ICollection<string> faults)
    {
        foreach (var text in texts.Where(text => text is null || !isRight(text)))
        {
            faults.Add($"{path}: '{text}' {fault}");
        }
    }

    private static void CheckSecret(string name, string path, ICollection<string> faults)
    {
        if (SecretFile.FindFault(name) is { } fault)
        {
            faults.Add($"{path}: {fault}");
        }
    }

    private static void CheckAuthority(string? file, string path, ICollection<string> faults)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            if (Authorities.Read(file).Count == 0)
            {
                faults.Add($"{path}: {file} holds no certificate");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            faults.Add($"{path}: {e.Message}");
        }
    }

    [GeneratedRegex(@"^S-1-\d+(-\d+)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sid();
}

/// <summary>Roots from a PEM file.</summary>
internal static class Authorities
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">It is no PEM file.</exception>
    public static X509Certificate2Collection Read(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots;
    }
}
