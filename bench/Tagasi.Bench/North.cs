using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Ldap;

namespace Tagasi.Bench;

/// <summary>The lab's domain, as <c>lab/lab env</c> tells of it.</summary>
internal static class North
{
    public const string People = "OU=People,DC=north,DC=example";
    public const string ServiceAccount = "svc-tagasi@north.example";

    public static string Dns => Value("TAGASI_LAB_NORTH_DC1") + ":53";

    public static string Authority => Value("TAGASI_LAB_CA");

    public static string SecretFile => Path.Combine(Value("TAGASI_LAB_SECRETS"), "svc-tagasi.password");

    private static string ServicePassword => Value("TAGASI_LAB_SVCPW");

    /// <summary>stud01 to stud40: ordinary people, whose passwords may change at any time.</summary>
    public static IReadOnlyList<string> Users { get; } = [.. Enumerable.Range(1, 40).Select(number => $"stud{number:00}@north.example")];

    public static ActiveDirectoryDomain Domain() => new(Options(), TimeProvider.System);

    public static DomainOptions Options() => new()
    {
        DnsName = RunningService.Domain,
        DnsServers = [IPEndPoint.Parse(Dns)],
        Credential = new DirectoryCredential.Simple(ServiceAccount, _ => new(Encoding.UTF8.GetBytes(ServicePassword))),
        TrustedRoots = Roots(),
    };

    /// <summary>A connection of our own, for what the product is held against.</summary>
    public static Task<LdapConnection> BindAsync(string server) => BindAsync(server, ServiceAccount, ServicePassword);

    /// <exception cref="InvalidOperationException">The domain controller does not take the password.</exception>
    public static async Task<LdapConnection> BindAsync(string server, string name, string password)
    {
        var address = string.Equals(server, Value("TAGASI_LAB_NORTH_DC2_FQDN"), StringComparison.OrdinalIgnoreCase) ? "TAGASI_LAB_NORTH_DC2" : "TAGASI_LAB_NORTH_DC1";
        var connection = await LdapConnection.ConnectAsync(new LdapConnectionOptions { Host = server, Address = IPAddress.Parse(Value(address)), TrustedAuthorities = Roots() });
        var result = await connection.BindAsync(LdapCredential.Simple(name, Encoding.UTF8.GetBytes(password)));
        return result.IsSuccess ? connection : throw new InvalidOperationException(result.ToString());
    }

    private static string Value(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start this with bench/run.");

    private static X509Certificate2Collection Roots()
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Authority);
        return roots;
    }
}
