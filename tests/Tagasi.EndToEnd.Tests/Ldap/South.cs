using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tagasi.Ldap;

namespace Tagasi.EndToEnd.Tests.Ldap;

/// <summary>The way to the lab's other forest, which these tests may freeze and write to without getting in the way of the product's.</summary>
internal static class South
{
    public const string People = "OU=People,DC=south,DC=example";
    public const string Service = "svc-tagasi@south.example";

    /// <summary>Makes a reset subject to the password history; critical, so that a DC without it refuses ([MS-ADTS] 3.1.1.3.4.1.27).</summary>
    public static LdapControl PolicyHints { get; } = new("1.2.840.113556.1.4.2239", true, new byte[] { 0x30, 3, 2, 1, 1 });

    public static LdapConnectionOptions Tls { get; } = new()
    {
        Host = Lab.Value("TAGASI_LAB_SOUTH_DC1_FQDN"),
        Address = Lab.SouthDc1,
        TrustedAuthorities = Authority("ca.pem"),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    public static LdapConnectionOptions Kerberos { get; } = Tls with { Security = LdapSecurity.Kerberos };

    public static X509Certificate2Collection Authority(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(Lab.Value("TAGASI_LAB_PKI"), file));
        return authorities;
    }

    public static async Task<LdapConnection> BoundAsync(LdapConnectionOptions options, LdapCredential credential)
    {
        var connection = await LdapConnection.ConnectAsync(options);
        var result = await connection.BindAsync(credential);
        Assert.True(result.IsSuccess, result.ToString());
        return connection;
    }

    public static Task<LdapConnection> BoundAsync() => BoundAsync(Tls, LdapCredential.Simple(Service, Encoding.UTF8.GetBytes(Lab.ServicePassword)));

    public static async Task<LdapEntry> FindAsync(LdapConnection connection, string account, params string[] attributes)
    {
        LdapEntry? found = null;
        await foreach (var entry in connection.SearchAsync(new LdapSearch { BaseDn = People, Filter = LdapFilter.Equal("sAMAccountName", account), Attributes = attributes }))
        {
            found = entry;
        }

        return found ?? throw new InvalidOperationException($"No {account} in the lab.");
    }

    public static LdapModification NewPassword(string password) => LdapModification.Replace("unicodePwd", Encoding.Unicode.GetBytes($"\"{password}\""));

    /// <summary>Points the system's Kerberos library, which reads the process's own environment and not .NET's copy, at the lab.</summary>
    public static void UseKerberos(string? keytab = null)
    {
        SetVariable("KRB5_CONFIG", Lab.Value("KRB5_CONFIG"));
        SetVariable("KRB5CCNAME", $"MEMORY:{Guid.NewGuid()}");
        SetVariable("KRB5_CLIENT_KTNAME", keytab is null ? "/nonexistent" : Path.Combine(Lab.Value("TAGASI_LAB_SECRETS"), keytab));
    }

    private static void SetVariable(string name, string value) => Assert.Equal(0, setenv(Encoding.UTF8.GetBytes(name + "\0"), Encoding.UTF8.GetBytes(value + "\0"), 1));

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv(byte[] name, byte[] value, int overwrite);
}
