using System.Xml.Linq;

namespace Tagasi.Tests.Tidy;

/// <summary>Who takes which package, and why. A line more is a decision.</summary>
public sealed class PackageTests
{
    private static readonly (string Project, string Package, string Why)[] Packages =
    [
        ("Tagasi.ActiveDirectory", "DnsClient", "domain controllers are found by DNS SRV, which .NET cannot ask for"),
        ("Tagasi.Agent", "Microsoft.AspNetCore.SignalR.Client", "the relay's wire"),
        ("Tagasi.Agent", "Microsoft.Extensions.Hosting", "a service that starts, stops and logs as its platform does"),
        ("Tagasi.Agent", "Microsoft.Extensions.Hosting.Systemd", "readiness and journal"),
        ("Tagasi.Agent", "Microsoft.Extensions.Hosting.WindowsServices", "Windows service"),
        ("Tagasi.Agent", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "events to a collector"),
        ("Tagasi.Agent", "Spectre.Console", "the doctor's table"),
        ("Tagasi.Agent", "System.CommandLine", "commands and their --help"),
        ("Tagasi.Cloud", "MailKit", "codes go out through SMTP"),
        ("Tagasi.Cloud", "Microsoft.EntityFrameworkCore.Design", "migrations, when they are written"),
        ("Tagasi.Cloud", "Microsoft.EntityFrameworkCore.Sqlite", "one database file by default"),
        ("Tagasi.Cloud", "Microsoft.Extensions.Hosting.Systemd", "readiness and journal"),
        ("Tagasi.Cloud", "Microsoft.Extensions.Hosting.WindowsServices", "Windows service"),
        ("Tagasi.Cloud", "Spectre.Console", "tables and prompts on the command line"),
        ("Tagasi.Cloud", "System.CommandLine", "commands and their --help"),
    ];

    [Fact]
    public void Projects_take_only_the_packages_that_the_table_gives_a_reason_for()
    {
        var found = Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference").Select(reference => (Path.GetFileNameWithoutExtension(file), reference.Attribute("Include")!.Value)));

        Assert.Equal(Packages.Select(package => (package.Project, package.Package)).Order(), found.Order());
    }
}
