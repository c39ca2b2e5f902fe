using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A person who is locked out and knows the password.</summary>
[Collection(OperationsTests.Name)]
public sealed class UnlockTests(OperationsFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Fact]
    public async Task A_locked_account_is_unlocked_and_keeps_its_password()
    {
        Assert.False(await Lab.CanLogOnAsync("locked", Lab.UserPassword));
        var before = await fixture.ReadAccountAsync("locked");
        await using var person = await PortalBrowser.OpenAsync(Product.Address);
        await person.ProveAsync("locked@north.example", Product.Mailbox);
        await person.SeeFormAsync();
        await person.Page.ClickAsync("form[data-view=choose] [data-unlock]");
        await person.AtAsync("/done");

        await person.SeeAsync("Your account is unlocked");
        Assert.DoesNotContain("changed", await person.MainTextAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.True(await Lab.CanLogOnAsync("locked", Lab.UserPassword), "kinit");
        var after = await fixture.ReadAccountAsync("locked");
        Assert.False(after.IsLockedOut);
        Assert.Equal((before.PasswordStamp, before.RawPasswordLastSet), (after.PasswordStamp, after.RawPasswordLastSet));
        Assert.Contains("Unlock user account", await Product.AuditAsync(), StringComparison.Ordinal);
        Assert.Empty(person.Complaints);
    }
}
