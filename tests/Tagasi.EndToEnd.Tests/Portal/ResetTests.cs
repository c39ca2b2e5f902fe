using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>The main job, and what people do to it.</summary>
[Collection(ProductTests.Name)]
public sealed class ResetTests(ProductFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Theory]
    [InlineData("anna@north.example", "anna")]
    [InlineData("O'Hara@north.example", "ohara")]
    public async Task A_person_who_forgot_the_password_sets_a_new_one_and_can_log_on(string name, string account)
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync(name, Product.Mailbox, account + "@recovery.example");
        await person.ChooseAsync("Ein neues Kennwort: Ü€ 😀 7");
        await person.AtAsync("/done");

        await person.SeeAsync("phones");
        Assert.True(await Lab.CanLogOnAsync(account, "Ein neues Kennwort: Ü€ 😀 7"), "kinit");
        Assert.False(await Lab.CanLogOnAsync(account, Lab.UserPassword), "the old password");
        Assert.Contains("success", await Product.AuditAsync(), StringComparison.Ordinal);
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task The_administrator_sees_which_domain_controllers_have_the_password()
    {
        string[] ask = ["replicas", "anna@north.example", "--config", Product.AgentSettings];
        await Product.UntilAsync(async () => (await ChildProcess.RunAsync(Executables.Agent, ask)).Code == 0, "both have it");
        var (_, output, _) = await ChildProcess.RunAsync(Executables.Agent, ask);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(output, @"dc[12]\.north\.example .* has the newest password"));

        var (code, _, error) = await ChildProcess.RunAsync(Executables.Agent, ["replicas", "nobody", "--config", Product.AgentSettings]);
        Assert.Equal(1, code);
        Assert.Contains("No user is called nobody", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_person_is_unlocked_by_a_reset()
    {
        Assert.False(await Lab.CanLogOnAsync("locked", Lab.UserPassword));
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("locked@north.example", Product.Mailbox);
        await person.ChooseAsync("A fresh start, open again 1");
        await person.AtAsync("/done");

        Assert.True(await Lab.CanLogOnAsync("locked", "A fresh start, open again 1"));
    }

    [Fact]
    public async Task The_rules_of_the_persons_own_policy_are_shown_and_ticked()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("strict@north.example", Product.Mailbox);
        await person.SeeAsync("16");
        await person.Page.FillAsync("#password", "Fifteen chars 1");
        Assert.NotEqual("met", await person.Page.GetAttributeAsync("[data-rule=length]", "class"));
        await person.Page.FillAsync("#password", "Sixteen chars 12");
        Assert.Equal("met", await person.Page.GetAttributeAsync("[data-rule=length]", "class"));
    }

    [Fact]
    public async Task A_remembered_password_is_refused_in_words_and_another_one_is_taken()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("stud01@north.example", Product.Mailbox);
        await person.ChooseAsync(Lab.UserPassword);
        await person.SeeAsync("used this password before");
        await person.ChooseAsync("Something else entirely 5");
        await person.AtAsync("/done");

        Assert.True(await Lab.CanLogOnAsync("stud01", "Something else entirely 5"));
        Assert.Contains("password-in-history", await Product.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_double_click_sets_the_password_once()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("stud02@north.example", Product.Mailbox);
        await person.Page.FillAsync("#password", "Clicked twice, set once 2");
        await person.Page.FillAsync("#password-again", "Clicked twice, set once 2");
        await person.Page.DblClickAsync("form[data-view=choose] button[type=submit]");
        await person.AtAsync("/done");

        Assert.Single((await Product.AuditAsync()).Split('\n'), line => line.Contains("stud02", StringComparison.Ordinal) && line.Contains("Reset password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_back_button_leads_to_where_the_recovery_stands()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("stud03@north.example", Product.Mailbox);
        await person.ChooseAsync("There is no way back 33");
        await person.AtAsync("/done");
        await person.Page.GoBackAsync();

        await person.Page.GotoAsync(new Uri(Product.Address, "password").ToString());
        Assert.EndsWith("/done", person.Page.Url, StringComparison.Ordinal);
        await person.Page.GotoAsync(new Uri(Product.Address, "code").ToString());
        Assert.EndsWith("/done", person.Page.Url, StringComparison.Ordinal);
    }
}
