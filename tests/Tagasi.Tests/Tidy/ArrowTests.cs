using System.Xml.Linq;

namespace Tagasi.Tests.Tidy;

/// <summary>The arrows of docs/architecture.md, held against the project files.</summary>
public sealed class ArrowTests
{
    // from, to, why. A line more needs a reason of dependency ("must be able to see X") or of shipping.
    private static readonly (string From, string To, string Why)[] Arrows =
    [
        ("Tagasi.ActiveDirectory", "Tagasi.Ldap", "Active Directory is spoken to over LDAP"),
        ("Tagasi.Agent", "Tagasi.Protocol", "the agent speaks to the service"),
        ("Tagasi.Agent", "Tagasi.ActiveDirectory", "the agent writes to the directory"),
        ("Tagasi.Cloud", "Tagasi.Protocol", "the service speaks to agents"),
    ];

    [Fact]
    public void Projects_refer_to_each_other_only_where_the_table_gives_a_reason()
    {
        var found = Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => (From: Path.GetFileNameWithoutExtension(file), To: Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))));

        Assert.Equal(Arrows.Select(a => (a.From, a.To)).Order(), found.Order());
    }
}
