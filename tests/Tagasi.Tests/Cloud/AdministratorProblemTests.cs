using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tagasi.Protocol;
using Tagasi.Tests.Tidy;

namespace Tagasi.Tests.Cloud;

/// <summary>What an administrator reads of somebody else's account speaks of that account.</summary>
public sealed partial class AdministratorProblemTests
{
    // What only a person's own recovery, another operation or another program can meet.
    private static readonly HashSet<string> ElsewhereAlone =
    [
        Problems.PasswordTooShort.Code, Problems.PasswordContainsName.Code, Problems.PasswordMustChange.Code, Problems.CurrentPasswordWrong.Code, Problems.AccountLocked.Code, Problems.LogonRestricted.Code,
        Problems.UnlockNotAllowed.Code, Problems.CookiesRefused.Code, Problems.NameInvalid.Code, Problems.OutcomeUnknown.Code,
    ];

    private static readonly Dictionary<string, string> Texts = XDocument.Load(Repository.PathOf("src", "Tagasi.Cloud", "Administration", "AdministratorProblems.resx")).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value["problem.".Length..], data => data.Element("value")!.Value, StringComparer.Ordinal);

    [Fact]
    public void No_text_that_an_administrator_can_meet_speaks_to_the_person_whose_account_it_is() => Assert.All(
        Problems.All.Values.Where(problem => !ElsewhereAlone.Contains(problem.Code)),
        problem => Assert.DoesNotMatch(ToThePerson(), Texts.GetValueOrDefault(problem.Code, problem.Text)));

    [Fact]
    public void Each_of_them_is_of_a_problem_that_there_is() => Assert.All(Texts.Keys, code => Assert.Contains(code, Problems.All.Keys));

    [GeneratedRegex("[Yy]our (account|password|helpdesk|organisation's directory)|You have", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ToThePerson();
}
