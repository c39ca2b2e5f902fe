using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A cloud administrator at /admin.</summary>
[Collection(OperationsTests.Name)]
public sealed class AdministrationTests(OperationsFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Fact]
    public async Task An_administrator_resets_and_reads_once_a_password_that_must_be_changed_at_the_next_logon()
    {
        await using var administrator = await PortalBrowser.OpenAsync(Product.Address);
        await administrator.SignInAsync(RunningProduct.Administrator, RunningProduct.AdministratorPassword);
        await administrator.OpenPersonAsync("stud05@north.example");
        await administrator.Page.ClickAsync("[data-go]");
        await administrator.SeeAsync("The password is set");
        var made = await administrator.Page.InnerTextAsync("span[data-password]");

        Assert.True(await Lab.MustChangeAtLogOnAsync("stud05", made), "kinit");
        Assert.False(await Lab.MustChangeAtLogOnAsync("stud05", Lab.UserPassword), "the old password");
        await administrator.Page.ReloadAsync();
        Assert.DoesNotContain(made, await administrator.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Contains((await Product.AuditAsync()).Split('\n'), line => line.Contains("Reset password (by admin)", StringComparison.Ordinal) && line.Contains(RunningProduct.Administrator, StringComparison.Ordinal));
        Assert.Empty(administrator.Complaints);

        await administrator.Page.ClickAsync("form.signed-in button");
        await administrator.AtAsync("/admin/sign-in");
        await administrator.Page.GotoAsync(new Uri(Product.Address, "admin").ToString());
        Assert.EndsWith("/admin/sign-in", administrator.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_lost_answer_nor_a_session_that_ended_loses_the_password_that_the_directory_has()
    {
        await using var administrator = await PortalBrowser.OpenAsync(Product.Address);
        await administrator.SignInAsync(RunningProduct.Administrator, RunningProduct.AdministratorPassword);
        await administrator.OpenPersonAsync("stud30@north.example");
        var another = await administrator.Context.NewPageAsync();
        await another.GotoAsync(new Uri(Product.Address, "admin").ToString());
        await administrator.Page.RouteAsync(
            "**/api/admin/envelope",
            async route =>
            {
                // It is carried out, and nobody hears of it.
                await route.FetchAsync();
                await another.ClickAsync("form.signed-in button");
                await route.AbortAsync();
            },
            new() { Times = 1 });
        await administrator.Page.ClickAsync("[data-go]");
        await administrator.SeeAsync("You are signed out");

        await another.FillAsync("#name", RunningProduct.Administrator);
        await another.FillAsync("#password", RunningProduct.AdministratorPassword);
        await another.ClickAsync("form:has(#password) button[type=submit]");
        await administrator.SeeAsync("The password is set");
        Assert.True(await Lab.MustChangeAtLogOnAsync("stud30", await administrator.Page.InnerTextAsync("span[data-password]")));
    }

    [Fact]
    public async Task An_administrator_reads_before_asking_why_an_account_is_left_alone()
    {
        await using var administrator = await PortalBrowser.OpenAsync(Product.Address);
        await administrator.SignInAsync(RunningProduct.Administrator, RunningProduct.AdministratorPassword);
        await administrator.OpenPersonAsync("pat.admin@north.example");

        await administrator.SeeAsync("privileged");
        Assert.Equal(0, await administrator.Page.Locator("[data-go]").CountAsync());
        Assert.True(await Lab.CanLogOnAsync("pat.admin", Lab.UserPassword));

        await administrator.OpenPersonAsync("young@north.example");
        await administrator.SeeAsync("It is allowed from");
        await administrator.LookAsync("desktop", "28-too-recent");
    }
}
