using Microsoft.Playwright;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>Bad input and people who may not: a clear problem each time, and nothing changed.</summary>
[Collection(ProductTests.Name)]
public sealed class RefusalTests(ProductFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Theory]
    [InlineData("young", "changed too recently", "password-too-recent")]
    [InlineData("disabled", "disabled", "account-disabled")]
    [InlineData("accountexpired", "expired", "account-expired")]
    [InlineData("cannotchange", "does not let the password", "account-cannot-change")]
    [InlineData("pat.admin", "cannot be managed here", "account-protected")]
    [InlineData("nested.admin", "cannot be managed here", "account-protected")]
    [InlineData("stale.admin", "cannot be managed here", "account-protected")]
    public async Task Who_may_not_have_a_new_password_reads_why_before_typing_one(string account, string words, string problem)
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await Product.Mailbox.ClearAsync();
        await person.BeginAsync(account + "@north.example");
        await person.EnterCodeAsync(await Product.Mailbox.ReadCodeAsync(account + "@recovery.example"));

        await person.SeeAsync(words);
        Assert.Contains(problem, await Product.AuditAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Short 1", "length")]
    [InlineData("nocapitalsnodigits", "kinds")]
    [InlineData("Stud04 and more 7", "name")]
    public async Task A_password_against_a_shown_rule_is_not_sent(string password, string rule)
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("stud04@north.example", Product.Mailbox);
        var sent = 0;
        person.Page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;
        await person.ChooseAsync(password);

        Assert.Equal("unmet", await person.Page.GetAttributeAsync($"[data-rule={rule}]", "class"));
        Assert.Equal(0, sent);
        Assert.True(await Lab.CanLogOnAsync("stud04", Lab.UserPassword));
    }

    [Fact]
    public async Task A_name_that_means_nobody_gets_the_same_page_and_no_mail()
    {
        await Product.Mailbox.ClearAsync();
        await using var known = await PortalBrowser.OpenAsync(Product.Address);
        await known.BeginAsync("bert@north.example");
        await using var unknown = await PortalBrowser.OpenAsync(Product.Address);
        await unknown.BeginAsync("nobody@north.example");
        // Outside the agent's scope: not even imported.
        await using var outside = await PortalBrowser.OpenAsync(Product.Address);
        await outside.BeginAsync("olaf@north.example");
        await Product.Mailbox.ReadCodeAsync("bert@recovery.example");

        var text = await known.MainTextAsync();
        Assert.Equal(text, (await unknown.MainTextAsync()).Replace("nobody@", "bert@", StringComparison.Ordinal));
        Assert.Equal(text, (await outside.MainTextAsync()).Replace("olaf@", "bert@", StringComparison.Ordinal));
        Assert.Empty(await Product.Mailbox.ReadAsync("nobody@recovery.example"));
        Assert.Empty(await Product.Mailbox.ReadAsync("olaf@recovery.example"));
        await unknown.EnterCodeAsync("12345678");
        await unknown.SeeAsync("not right");
    }

    [Fact]
    public async Task A_code_is_of_no_use_in_another_browser()
    {
        await Product.Mailbox.ClearAsync();
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.BeginAsync("stud05@north.example");
        var code = await Product.Mailbox.ReadCodeAsync("stud05@recovery.example");
        await using var thief = await PortalBrowser.OpenAsync(Product.Address);
        await thief.BeginAsync("stud05@north.example");
        await thief.EnterCodeAsync(code);

        await thief.SeeAsync("not right");
        Assert.Equal("/code", new Uri(thief.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task The_fifth_wrong_code_ends_the_recovery_and_the_sixth_finds_it_ended()
    {
        await Product.Mailbox.ClearAsync();
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.BeginAsync("stud06@north.example");
        var code = await Product.Mailbox.ReadCodeAsync("stud06@recovery.example");
        for (var i = 0; i < 5; i++)
        {
            await person.EnterCodeAsync(code == "0000 0000" ? "1111 1111" : "0000 0000");
        }

        await person.SeeAsync("Too many wrong codes");
        await person.Page.GotoAsync(new Uri(Product.Address, "code").ToString());
        Assert.EndsWith("/stopped", person.Page.Url, StringComparison.Ordinal);
        Assert.Contains("too-many-tries", await Product.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_script_the_pages_say_so_and_send_no_password()
    {
        await using var scripted = await PortalBrowser.OpenAsync(Product.Address);
        await scripted.ProveAsync("stud07@north.example", Product.Mailbox);

        await using var person = await PortalBrowser.OpenAsync(Product.Address, options => options.JavaScriptEnabled = false);
        await person.Page.GotoAsync(Product.Address.ToString());
        await person.SeeAsync("JavaScript");
        Assert.True(await person.Page.IsDisabledAsync("button[type=submit]"));
        // Turned off on the way.
        await person.Context.AddCookiesAsync((await scripted.Context.CookiesAsync()).Select(cookie => new Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, Secure = cookie.Secure, HttpOnly = cookie.HttpOnly, SameSite = cookie.SameSite,
        }));
        await person.Page.GotoAsync(new Uri(Product.Address, "password").ToString());
        await person.SeeAsync("JavaScript");
        Assert.EndsWith("/password", person.Page.Url, StringComparison.Ordinal);

        Assert.False(await person.Page.IsVisibleAsync("#password"));
        Assert.Equal(0, await person.Page.Locator("input[type=password][name]").CountAsync());
    }

    [Fact]
    public async Task A_browser_that_refuses_cookies_is_told_so()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.Page.GotoAsync(Product.Address.ToString());
        await person.Context.ClearCookiesAsync();
        await person.Page.FillAsync("#name", "anna@north.example");
        await person.Page.ClickAsync("button[type=submit]");
        await person.SeeAsync("cookie");

        // One that takes the form's cookie and not the session's arrives at the next page without it.
        await person.Page.GotoAsync(new Uri(Product.Address, "code?sent").ToString());
        await person.SeeAsync("cookie");
    }
}
