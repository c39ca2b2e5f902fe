using System.Text.Json;
using Tagasi.Cloud.Settings;
using Tagasi.Protocol.Settings;

namespace Tagasi.Tests.Cloud;

/// <summary>The service's settings: all their faults at once, each with its place, in words of ours.</summary>
public sealed class CloudSettingsTests
{
    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Faults("""
            {
              "address": "http://reset.example",
              "listen": "foo",
              "certificate": { "file": "/does/not/exist.pem" },
              "trustedProxies": ["proxy.example"],
              "dataFolder": "relative",
              "mail": { "host": "smtp.example", "port": 0, "security": "none", "secretFile": "/does/not/exist" },
              "portal": { "startsPerMinute": 0 }
            }
            """);
        string[] places =
        [
            "address:", "listen: 'foo'", "certificate.file:", "certificate.keyFile:", "trustedProxies:", "dataFolder:", "mail.port:", "mail.security:", "mail.from:", "mail.account:",
            "mail.secretFile:", "portal.startsPerMinute:",
        ];
        Assert.All(places, place => Assert.Contains(faults, fault => fault.StartsWith(place, StringComparison.Ordinal)));
        Assert.Equal(places.Length, faults.Count);
        // .NET's own words, which name a field that the file does not have.
        Assert.DoesNotContain(faults, fault => fault.Contains("field", StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_has_no_fault_but_the_files_that_are_not_there() =>
        Assert.All(Faults(File.ReadAllText(Tidy.Repository.PathOf("src", "Tagasi.Cloud", "cloud.json"))), fault => Assert.Contains("there is no file /etc/tagasi/", fault, StringComparison.Ordinal));

    [Theory]
    [InlineData("https://0.0.0.0:8443", "0.0.0.0:8443")]
    [InlineData("https://*:443", "0.0.0.0:443")]
    [InlineData("http://localhost:8080", "127.0.0.1:8080")]
    [InlineData("https://[::]:443", "[::]:443")]
    [InlineData("https://0.0.0.0:99999", null)]
    [InlineData("https://reset.example:443", null)]
    [InlineData("8443", null)]
    [InlineData("https://0.0.0.0:8443/portal", null)]
    public void An_address_to_listen_on_is_an_address(string listen, string? expected) => Assert.Equal(expected, SettingsChecks.ParseListen(listen)?.ToString());

    [Fact]
    public void A_certificate_that_cannot_be_read_is_a_fault_and_no_crash_at_the_first_connection()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "no certificate");
        var name = JsonSerializer.Serialize(file);
        var fault = Assert.Single(Faults($$"""
            { "address": "https://a.example", "certificate": { "file": {{name}}, "keyFile": {{name}} }, "dataFolder": "/var/lib/tagasi-cloud", "mail": { "host": "h", "from": "a@b.example" } }
            """));
        File.Delete(file);
        Assert.StartsWith("certificate: ", fault, StringComparison.Ordinal);
    }

    private static List<string> Faults(string text)
    {
        var faults = new List<string>();
        var settings = SettingsReader.Read<CloudSettings>(text, faults);
        faults.AddRange(SettingsChecks.Find(settings!));
        return faults;
    }
}
