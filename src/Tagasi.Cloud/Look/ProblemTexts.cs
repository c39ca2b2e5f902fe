using Microsoft.Extensions.Localization;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Look;

/// <summary>What the person reads of a problem, in their language (ProblemTexts.resx, by <c>problem.</c> and the code).</summary>
internal sealed class ProblemTexts(IStringLocalizer<ProblemTexts> texts)
{
    /// <summary>The text in the language of the request; in English when a language lacks it.</summary>
    public string Of(Problem problem) => texts["problem." + problem.Code] is { ResourceNotFound: false } text ? text : problem.Text;
}
