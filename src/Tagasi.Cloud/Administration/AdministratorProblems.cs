using Microsoft.Extensions.Localization;
using Tagasi.Cloud.Look;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Administration;

/// <summary>What an administrator reads of a problem with somebody else's account (AdministratorProblems.resx): the portal's texts speak to the person whose it is.</summary>
internal sealed class AdministratorProblems(IStringLocalizer<AdministratorProblems> texts, ProblemTexts problems)
{
    public string Of(Problem problem) => texts["problem." + problem.Code] is { ResourceNotFound: false } text ? text : problems.Of(problem);
}
