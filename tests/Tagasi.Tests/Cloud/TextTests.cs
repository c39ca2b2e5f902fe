using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tagasi.Tests.Tidy;

namespace Tagasi.Tests.Cloud;

/// <summary>Every text that a page asks for is in the resources, and none lies there unused.</summary>
public sealed partial class TextTests
{
    private static readonly string Cloud = Repository.PathOf("src", "Tagasi.Cloud");

    [Theory]
    [InlineData("Texts", "Recovery/RecoveryTexts.resx")]
    [InlineData("Admin", "Administration/AdministrationTexts.resx")]
    [InlineData("Look", "Look/LookTexts.resx")]
    public void Pages_and_resources_have_the_same_keys(string localizer, string resource)
    {
        var keys = XDocument.Load(Path.Combine(Cloud, resource)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value).ToList();
        var pages = Directory.EnumerateFiles(Cloud, "*.cshtml", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var asked = pages.SelectMany(page => Asked().Matches(page)).Where(match => match.Groups["localizer"].Value == localizer)
            .SelectMany(match => match.Groups["key"].Captures.Select(key => key.Value)).Distinct(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, wanted => Assert.Contains(keys, key => Matches(wanted, key)));
        Assert.All(keys, key => Assert.True(
            asked.Exists(wanted => Matches(wanted, key)) || pages.Exists(page => page.Contains('"' + key + '"', StringComparison.Ordinal)), $"nothing asks for {key}"));
    }

    [Theory]
    [InlineData("Recovery/RecoveryTexts.resx")]
    [InlineData("Administration/AdministrationTexts.resx")]
    [InlineData("Look/LookTexts.resx")]
    [InlineData("Look/ProblemTexts.resx")]
    [InlineData("Administration/AdministratorProblems.resx")]
    public void No_text_is_empty(string resource) =>
        Assert.All(XDocument.Load(Path.Combine(Cloud, resource)).Root!.Elements("data"), data => Assert.NotEqual("", data.Element("value")!.Value.Trim()));

    // A key with a part in braces stands for every key that the part can make.
    private static bool Matches(string wanted, string key) =>
        Regex.IsMatch(key, "^" + string.Join("[a-z-]+", Braces().Split(wanted).Select(Regex.Escape)) + "$", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex("""\b(?<localizer>Texts|Admin|Look)\[(?:[^"\]]*\? )?\$?"(?<key>[^"]+)"(?: : "(?<key>[^"]+)")?""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Asked();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Braces();
}
