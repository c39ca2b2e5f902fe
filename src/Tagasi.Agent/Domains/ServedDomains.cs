using Tagasi.ActiveDirectory;
using Tagasi.Agent.Settings;
using Tagasi.Agent.Writeback;
using Tagasi.Ldap;

namespace Tagasi.Agent.Domains;

/// <summary>One domain that this agent serves.</summary>
/// <param name="Name">DNS name in lower case.</param>
/// <param name="Bases">The included containers that lie in it.</param>
internal sealed record ServedDomain(string Name, ActiveDirectoryDomain Directory, IReadOnlyList<LdapDn> Bases, string? RecoveryMailAttribute);

/// <summary>The domains that this agent serves, as the settings describe them.</summary>
internal sealed class ServedDomains(IReadOnlyList<ServedDomain> domains) : IAsyncDisposable
{
    public IReadOnlyList<ServedDomain> All => domains;

    public IReadOnlyList<string> Names => [.. domains.Select(domain => domain.Name)];

    public IReadOnlyDictionary<string, IDirectory> Directories { get; } =
        domains.ToDictionary(domain => domain.Name, IDirectory (domain) => new DomainDirectory(domain.Directory), StringComparer.Ordinal);

    public static ServedDomains Create(AgentSettings settings, TimeProvider time)
    {
        if (settings.Domains!.Select(domain => domain.SignIn!).FirstOrDefault(signIn => signIn.Method is SignInMethod.Kerberos)?.Keytab is { } keytab)
        {
            KerberosEnvironment.Use(SecretFile.Resolve(keytab)!);
        }

        var included = settings.Scope!.Include!.Select(LdapDn.Parse).ToList();
        return new ServedDomains([.. settings.Domains!.Select(domain =>
        {
            var name = domain.Name!.ToLowerInvariant();
            var head = LdapDn.OfDomain(name);
            IReadOnlyList<LdapDn> bases = [.. included.Where(dn => SettingsChecks.IsIn(dn, head))];
            return new ServedDomain(name, new ActiveDirectoryDomain(Options(domain), time), bases, domain.RecoveryMailAttribute);
        })]);
    }

    public static Scope ScopeOf(ScopeSettings settings) => new([.. settings.Include!.Select(LdapDn.Parse)], [.. settings.Exclude.Select(LdapDn.Parse)]);

    public async ValueTask DisposeAsync()
    {
        foreach (var domain in domains)
        {
            await domain.Directory.DisposeAsync();
        }
    }

    private static DomainOptions Options(DomainSettings settings) => new()
    {
        DnsName = settings.Name!,
        Credential = settings.SignIn!.Method is SignInMethod.Kerberos
            ? new DirectoryCredential.Kerberos(null)
            : new DirectoryCredential.Simple(settings.SignIn.Account!, cancellation => SecretFile.ReadAsync(settings.SignIn.SecretFile!, cancellation)),
        DnsServers = [.. settings.DnsServers.Select(text => SettingsChecks.ParseDnsServer(text)!)],
        DomainControllers = settings.DomainControllers,
        AllowFallback = settings.AllowFallback,
        TrustedRoots = settings.Authority is null ? null : Authorities.Read(settings.Authority),
    };
}
