using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A person who knows the current password changes it.</summary>
[Collection(OperationsTests.Name)]
public sealed class ChangeTests(OperationsFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Fact]
    public async Task With_the_current_password_it_is_a_change_and_the_new_one_works()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("bert@north.example", Product.Mailbox);
        await person.ChangeAsync(Lab.UserPassword, "Changed, not reset: Ü€ 1");
        await person.AtAsync("/done");

        Assert.True(await Lab.CanLogOnAsync("bert", "Changed, not reset: Ü€ 1"), "kinit");
        Assert.False(await Lab.CanLogOnAsync("bert", Lab.UserPassword), "the old password");
        Assert.Contains("Change password", await AuditOfAsync("bert"), StringComparison.Ordinal);
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task A_wrong_current_password_is_said_at_its_field_changes_nothing_and_never_becomes_a_reset()
    {
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("stud01@north.example", Product.Mailbox);
        await person.ChangeAsync("I thought it was this 1", "It was not, so no change 1");
        await person.SeeAsync("This is not your current password.");

        Assert.Equal("true", await person.Page.GetAttributeAsync("#password-current", "aria-invalid"));
        Assert.Equal("It was not, so no change 1", await person.Page.InputValueAsync("#password"));
        Assert.False(await Lab.CanLogOnAsync("stud01", "It was not, so no change 1"), "the new password");
        Assert.True(await Lab.CanLogOnAsync("stud01", Lab.UserPassword), "the old password");
        var audit = await AuditOfAsync("stud01");
        Assert.Contains("current-password-wrong", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("Reset password", audit, StringComparison.Ordinal);

        // The same form with the right one, and nothing typed anew but that.
        await person.Page.FillAsync("#password-current", Lab.UserPassword);
        await person.Page.ClickAsync("form[data-view=choose] button[type=submit]");
        await person.AtAsync("/done");
        Assert.True(await Lab.CanLogOnAsync("stud01", "It was not, so no change 1"));
    }

    [Fact]
    public async Task A_remembered_password_and_a_second_change_on_the_same_day_are_refused_in_words()
    {
        // Two windows, so that the second has asked for the rules before the first changes the password.
        await using var first = await PortalBrowser.OpenAsync(Product.Address);
        await first.ProveAsync("strict@north.example", Product.Mailbox);
        await using var second = await PortalBrowser.OpenAsync(Product.Address);
        await second.ProveAsync("strict@north.example", Product.Mailbox);
        await second.SeeFormAsync();

        await first.ChangeAsync(Lab.UserPassword, Lab.UserPassword);
        await first.SeeAsync("used this password before");
        await first.ChangeAsync(Lab.UserPassword, "First of two on one day 1");
        await first.AtAsync("/done");

        await second.ChangeAsync("First of two on one day 1", "Second of two on one day 2");
        await second.SeeAsync("changed too recently");
        Assert.True(await Lab.CanLogOnAsync("strict", "First of two on one day 1"));
    }

    [Fact]
    public async Task Who_must_change_the_password_does_it_here_with_the_current_one()
    {
        Assert.True(await Lab.MustChangeAtLogOnAsync("mustchange", Lab.UserPassword));
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("mustchange@north.example", Product.Mailbox);
        await person.SeeFormAsync();
        Assert.True(await person.Page.IsVisibleAsync("#password-current"));
        await person.ChangeAsync(Lab.UserPassword, "As I was told to 1");
        await person.AtAsync("/done");

        Assert.True(await Lab.CanLogOnAsync("mustchange", "As I was told to 1"));
    }

    // The lines of the audit log that name the person.
    private async Task<string> AuditOfAsync(string account) =>
        string.Join('\n', (await Product.AuditAsync()).Split('\n').Where(line => line.Contains(account + "@", StringComparison.Ordinal)));
}
