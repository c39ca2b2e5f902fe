using Microsoft.Playwright;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>The pages of change, forced change, unlock and the administrators, as <see cref="AppearanceTests"/> looks at those of a reset.</summary>
[Collection(OperationsTests.Name)]
public sealed class OperationsAppearanceTests(OperationsFixture fixture)
{
    private RunningProduct Product => fixture.Product;

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light, 6)]
    [InlineData("small", 320, 640, ColorScheme.Dark, 9)]
    [InlineData("desktop", 1280, 800, ColorScheme.Light, 12)]
    public async Task Change_forced_change_and_unlock_are_fit_to_be_seen_and_to_be_heard(string device, int width, int height, ColorScheme scheme, int first)
    {
        var (locked, forced) = ($"stud{first:00}", $"stud{first + 1:00}");
        await Lab.LockOutAsync(locked);
        await Lab.RunAsync("exec", "samba-tool", "user", "setpassword", forced, "--newpassword=" + Lab.UserPassword + "-2", "--must-change-at-next-login");

        await using (var person = await OpenAsync(width, height, scheme))
        {
            await person.ProveAsync(locked + "@north.example", Product.Mailbox);
            await person.SeeFormAsync();
            await person.LookAsync(device, "11-locked");
            await person.Page.ClickAsync("form[data-view=choose] [data-unlock]");
            await person.AtAsync("/done");
            await person.LookAsync(device, "12-unlocked");
        }

        await using (var person = await OpenAsync(width, height, scheme))
        {
            await person.ProveAsync(forced + "@north.example", Product.Mailbox);
            await person.SeeFormAsync();
            await person.LookAsync(device, "13-must-change");
            await person.ChangeAsync("Not the current one 1", "Looks good on a " + device + " 2");
            await person.SeeAsync("not your current password");
            await person.LookAsync(device, "14-wrong-current");
            await person.ChangeAsync(Lab.UserPassword + "-2", "Looks good on a " + device + " 2");
            await person.AtAsync("/done");
            await person.LookAsync(device, "15-changed");
        }

        await using (var person = await OpenAsync(width, height, scheme))
        {
            await person.ProveAsync(locked + "@north.example", Product.Mailbox);
            await person.SeeFormAsync();
            await person.Page.ClickAsync("details[data-known] summary");
            await person.LookAsync(device, "16-change");
        }
    }

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light, 8)]
    [InlineData("small", 320, 640, ColorScheme.Dark, 11)]
    [InlineData("desktop", 1280, 800, ColorScheme.Light, 14)]
    public async Task The_administrators_pages_are_fit_to_be_seen_and_to_be_heard(string device, int width, int height, ColorScheme scheme, int student)
    {
        await using var administrator = await OpenAsync(width, height, scheme);
        await administrator.SignInAsync(RunningProduct.Administrator, "not the password");
        await administrator.SeeAsync("not right");
        await administrator.LookAsync(device, "21-sign-in");
        await administrator.SignInAsync(RunningProduct.Administrator, RunningProduct.AdministratorPassword);
        await administrator.AtAsync("/admin");
        await administrator.LookAsync(device, "22-people");
        await administrator.FindAsync("d");
        await administrator.LookAsync(device, "23-found");
        await administrator.FindAsync("nobody at all");
        await administrator.LookAsync(device, "24-not-found");
        await administrator.OpenPersonAsync("pat.admin@north.example");
        await administrator.SeeAsync("privileged");
        await administrator.LookAsync(device, "25-left-alone");
        await administrator.OpenPersonAsync($"stud{student:00}@north.example");
        await administrator.LookAsync(device, "26-reset");
        await administrator.Page.ClickAsync("[data-go]");
        await administrator.SeeAsync("The password is set");
        await administrator.LookAsync(device, "27-made");
    }

    private Task<PortalBrowser> OpenAsync(int width, int height, ColorScheme scheme) =>
        PortalBrowser.OpenAsync(Product.Address, options => (options.ViewportSize, options.ColorScheme) = (new() { Width = width, Height = height }, scheme));
}
