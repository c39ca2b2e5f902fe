using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tagasi.Protocol;
using Tagasi.Tests.Tidy;

namespace Tagasi.Tests.Protocol;

/// <summary>The catalogue, the portal's texts and docs/problems.md say the same.</summary>
public sealed partial class ProblemsTests
{
    private static readonly string Document = Repository.PathOf("docs", "problems.md");

    [Fact]
    public void Every_code_is_there_once_and_is_written_in_small_letters_and_hyphens()
    {
        // Two alike would not even load; this also finds a problem that is no field of the catalogue.
        Assert.All(Problems.All, entry => Assert.Matches(Code(), entry.Key));
        Assert.Equal(Problems.All.Count, Problems.All.Values.Distinct().Count());
    }

    [Fact]
    public void Every_problem_says_what_the_person_reads_and_what_the_administrator_does() =>
        Assert.All(Problems.All.Values, problem => Assert.True(problem.Text.EndsWith('.') && problem.Remedy.EndsWith('.'), problem.Code));

    [Fact]
    public void A_code_from_a_newer_peer_is_an_internal_error_here() => Assert.Same(Problems.InternalError, Problems.ByCode("not-yet-invented"));

    [Fact]
    public void The_portal_has_the_text_of_every_problem_in_English()
    {
        var texts = XDocument.Load(Repository.PathOf("src", "Tagasi.Cloud", "Look", "ProblemTexts.resx")).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value, StringComparer.Ordinal);
        Assert.Equal(
            Problems.All.Values.Select(problem => ("problem." + problem.Code, problem.Text)).Order(),
            texts.Select(text => (text.Key, text.Value)).Order());
    }

    [Fact]
    public void The_document_is_the_catalogue()
    {
        var expected = Write();
        if (Environment.GetEnvironmentVariable("TAGASI_WRITE_DOCS") is not null)
        {
            File.WriteAllText(Document, expected);
        }

        Assert.True(File.Exists(Document) && File.ReadAllText(Document) == expected, "docs/problems.md is behind the catalogue: run this test with TAGASI_WRITE_DOCS=1.");
    }

    private static string Write()
    {
        var text = new StringBuilder("""
            # Problems

            Everything that can stop a person, by the code that pages, logs, the audit and the helpdesk call it. A code never changes its
            meaning. On the wire it is the `code` of problem details (RFC 9457), with the type `urn:tagasi:problem:` and the code.
            This page is written from `Tagasi.Protocol/Problems.cs`, and a test holds it there (`TAGASI_WRITE_DOCS=1` writes it anew).

            | code | what the person reads | what the administrator does |
            | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var problem in Problems.All.Values.OrderBy(problem => problem.Code, StringComparer.Ordinal))
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{problem.Code}` | {problem.Text} | {problem.Remedy} |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
