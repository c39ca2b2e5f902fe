using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Passwords;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class PolicyVerdictTests
{
    private static readonly Account TooSoon = Accounts.Anna with { EarliestNextChange = Accounts.Now.AddHours(3) };

    [Fact]
    public void Short_of_the_minimum_length_is_too_short() =>
        Assert.Equal(RefusalCause.TooShort, PolicyVerdict.Explain("Sh0rt!", Accounts.Anna));

    [Fact]
    public void Minimum_age_is_not_reported_as_a_matter_of_complexity_or_length()
    {
        Assert.Equal(RefusalCause.TooRecent, PolicyVerdict.Explain("alllowercase", TooSoon));
        Assert.Equal(RefusalCause.TooRecent, PolicyVerdict.Explain("short", TooSoon));
    }

    [Fact]
    public void Two_categories_are_not_complex() =>
        Assert.Equal(RefusalCause.NotComplex, PolicyVerdict.Explain("alllowercase1", Accounts.Anna));

    [Fact]
    public void A_part_of_the_display_name_is_found() =>
        Assert.Equal(RefusalCause.ContainsName, PolicyVerdict.Explain("my-ARENDT-2026", Accounts.Anna));

    [Fact]
    public void What_keeps_every_visible_rule_was_used_before() =>
        Assert.Equal(RefusalCause.InHistory, PolicyVerdict.Explain("Perfectly-Fine-2026", Accounts.Anna));

    [Fact]
    public void Without_history_only_a_filter_is_left() =>
        Assert.Equal(
            RefusalCause.RefusedByFilterOrUnspecified,
            PolicyVerdict.Explain("Perfectly-Fine-2026", WithPolicy(Accounts.Policy with { HistoryLength = 0 })));

    [Fact]
    public void Complexity_is_not_blamed_where_the_policy_does_not_ask_for_it() =>
        Assert.Equal(RefusalCause.InHistory, PolicyVerdict.Explain("alllowercase", WithPolicy(Accounts.Policy with { RequiresComplexity = false })));

    [Fact]
    public void An_unreadable_policy_explains_nothing() =>
        Assert.Equal(
            RefusalCause.RefusedByFilterOrUnspecified,
            PolicyVerdict.Explain("x", Accounts.Anna with { Policy = new EffectivePolicy.Unreadable("CN=pso") }));

    private static Account WithPolicy(PasswordPolicy policy) => Accounts.Anna with { Policy = new EffectivePolicy.Known(policy) };
}
