using System.Text.RegularExpressions;

namespace Tagasi.Tests.Tidy;

/// <summary>Habits that a reviewer should not have to hold.</summary>
public sealed partial class TidyTests
{
    private static readonly string[] SmallTypesTogether = ["Messages.cs", "Views.cs", "FilterParts.cs", "Seal.cs"];
    private static readonly string[] Folders = ["src", "tests", "bench"];
    private static readonly string[] VagueNames = ["Helper", "Utils", "Util", "Manager", "Misc", "Common", "Shared", "Infrastructure"];

    [Fact]
    public void No_file_has_a_second_thing_in_it()
    {
        var sizes = SourceFiles().Select(path => (path, Lines: File.ReadLines(path).Count())).ToList();

        Assert.DoesNotContain(sizes, file => file.Lines > 400);
        Assert.True(sizes.Count(file => file.Lines <= 250) >= 0.9 * sizes.Count, "Nine files in ten have 250 lines or fewer.");
    }

    [Fact]
    public void Nothing_has_a_name_that_says_nothing() =>
        Assert.DoesNotContain(SourceFiles(), path => VagueNames.Any(vague => Path.GetFileNameWithoutExtension(path).EndsWith(vague, StringComparison.Ordinal)));

    [Fact]
    public void A_file_is_called_what_a_type_in_it_is_called()
    {
        var wrong = SourceFiles().Where(path => Path.GetFileName(path) is not "Program.cs" and not "AssemblyInfo.cs")
            .Where(path => !SmallTypesTogether.Contains(Path.GetFileName(path)) && !path.EndsWith(".cshtml.cs", StringComparison.Ordinal))
            .Where(path => !Types().Matches(File.ReadAllText(path)).Any(type => type.Groups["name"].Value == Path.GetFileNameWithoutExtension(path)))
            .Select(path => Path.GetRelativePath(Repository.Root, path));
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_readme_is_short() => Assert.True(File.ReadLines(Repository.PathOf("README.md")).Count() <= 120);

    private static IEnumerable<string> SourceFiles() => Folders.Select(folder => Repository.PathOf(folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        .Where(path => !Generated().IsMatch(path));

    [GeneratedRegex(@"[\\/](obj|bin|Migrations|node_modules)[\\/]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Generated();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum) (?:class |struct )?(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Types();
}
