using Tagasi.Agent.Settings;

namespace Tagasi.Tests.Agent;

/// <summary>The settings file: all its faults at once, each with its place.</summary>
public sealed class AgentSettingsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tagasi-settings-");

    private string Secret => Path.Combine(folder.FullName, "secret");

    public AgentSettingsTests()
    {
        File.WriteAllText(Secret, "pass\n");
        Mode(Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_least_file_is_enough_and_has_the_documented_defaults()
    {
        var settings = Read(Least());
        Assert.Equal("/var/lib/tagasi", settings.StateFolder);
        Assert.Equal(50, settings.Limits.ResetsPerFiveMinutes);
        Assert.Equal((true, TimeSpan.FromMinutes(30)), (settings.Import.Enabled, settings.Import.Every));
        Assert.Equal(SignInMethod.Password, settings.Domains![0].SignIn!.Method);
    }

    [Fact]
    public void The_example_names_every_setting_and_has_no_fault_but_the_files_that_are_not_there()
    {
        var example = Tidy.Repository.PathOf("src", "Tagasi.Agent", "agent.json");
        var faults = Assert.Throws<SettingsInvalidException>(() => SettingsFile.Read(example)).Faults;
        Assert.All(faults, fault => Assert.Contains("/etc/tagasi/", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Faults("""
            {
              "service": { "address": "http://reset.example", "proxy": "socks://p:1" },
              "stateFolder": "relative",
              "colour": "red",
              "domains": [
                { "name": "no name", "dnsServers": ["nowhere"], "authority": "/does/not/exist.pem", "signIn": { "method": "password", "account": "a" } },
                { "name": "north.example", "signIn": { "method": "kerberos", "account": "a" } }
              ],
              "scope": { "include": ["People", "OU=People,DC=east,DC=example"], "exclude": ["OU=Nobody,DC=north,DC=example"] },
              "protected": { "groups": ["Domain Admins"], "accounts": ["anna"] },
              "limits": { "resetsPerFiveMinutes": 0 },
              "import": { "every": "30s" }
            }
            """);
        string[] places =
        [
            "service.address:", "service.proxy:", "stateFolder:", "colour:", "domains[0].name:", "domains[0].dnsServers:", "domains[0].authority:", "domains[0].signIn.secretFile:",
            "domains[1].signIn.keytab:", "scope.include: 'People'", "scope.include: OU=People,DC=east", "scope.include: names no OU of north.example", "scope.exclude: OU=Nobody",
            "protected.groups:", "protected.accounts:", "limits.resetsPerFiveMinutes:", "import.every:",
        ];
        foreach (var place in places)
        {
            Assert.Contains(faults, fault => fault.StartsWith(place, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_proxys_user_is_refused_and_not_passed_over()
    {
        var faults = Faults("""{ "service": { "address": "https://reset.example", "proxy": "http://me:secret@proxy.example:3128" } }""");
        var fault = Assert.Single(faults, fault => fault.StartsWith("service.proxy:", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_others_can_read_is_refused_with_the_command_that_closes_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access control lists.");
        Mode(Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains(Faults(Least()), fault => fault.Contains("chmod 600 " + Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void A_scope_must_be_given() => Assert.Contains(Faults(Least().Replace("OU=People,DC=north,DC=example", "", StringComparison.Ordinal)), fault => fault.StartsWith("scope.include", StringComparison.Ordinal));

    [Fact]
    public void A_child_domains_ou_does_not_lie_in_its_parent() =>
        Assert.Contains(Faults(Least().Replace("OU=People,DC=north", "OU=People,DC=child,DC=north", StringComparison.Ordinal)), fault => fault.Contains("lies in none of the domains", StringComparison.Ordinal));

    [Fact]
    public async Task A_secret_is_read_without_its_line_feed() => Assert.Equal("pass"u8.ToArray(), await SecretFile.ReadAsync(Secret, TestContext.Current.CancellationToken));

    private static void Mode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private IReadOnlyList<string> Faults(string text) => Assert.Throws<SettingsInvalidException>(() => Read(text)).Faults;

    private AgentSettings Read(string text)
    {
        var path = Path.Combine(folder.FullName, "agent.json");
        File.WriteAllText(path, text);
        return SettingsFile.Read(path);
    }

    private string Least() => $$"""
        {
          // comments are allowed
          "service": { "address": "https://reset.example" },
          "domains": [ { "name": "north.example", "signIn": { "account": "svc@north.example", "secretFile": "{{Secret}}" } } ],
          "scope": { "include": ["OU=People,DC=north,DC=example"] },
        }
        """;
}
