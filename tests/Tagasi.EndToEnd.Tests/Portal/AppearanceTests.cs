using Microsoft.Playwright;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>Every page on a phone and on a desktop: for assistive technology, without a sideways scroll, and as a picture to look at.</summary>
[Collection(ProductTests.Name)]
public sealed class AppearanceTests(ProductFixture fixture)
{
    private static int students = 10;

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("small", 320, 640, ColorScheme.Dark)]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    public async Task Every_page_is_fit_to_be_seen_and_to_be_heard(string device, int width, int height, ColorScheme scheme)
    {
        var product = fixture.Product;
        var student = $"stud{Interlocked.Increment(ref students)}@north.example";
        await using var person = await PortalBrowser.OpenAsync(product.Address, options => (options.ViewportSize, options.ColorScheme) = (new() { Width = width, Height = height }, scheme));
        await person.Page.GotoAsync(product.Address.ToString());
        await person.LookAsync(device, "1-start");
        await product.Mailbox.ClearAsync();
        await person.BeginAsync(student);
        await person.LookAsync(device, "2-code");
        await person.EnterCodeAsync("00000000");
        await person.SeeAsync("not right");
        await person.LookAsync(device, "3-code-wrong");
        await person.EnterCodeAsync(await product.Mailbox.ReadCodeAsync(student.Replace("north", "recovery", StringComparison.Ordinal)));
        await person.Page.WaitForSelectorAsync("#password");
        await person.Page.FillAsync("#password", "Half of it");
        await person.LookAsync(device, "4-password");
        await person.ChooseAsync(Lab.UserPassword);
        await person.SeeAsync("used this password before");
        await person.LookAsync(device, "5-refused");
        await person.ChooseAsync("Looks good on a " + device + " 1");
        await person.AtAsync("/done");
        await person.LookAsync(device, "6-done");
        await person.Page.GotoAsync(new Uri(product.Address, "no-such-page").ToString());
        await person.LookAsync(device, "8-not-found");

        await using var refused = await PortalBrowser.OpenAsync(product.Address, options => (options.ViewportSize, options.ColorScheme) = (new() { Width = width, Height = height }, scheme));
        await product.Mailbox.ClearAsync();
        await refused.BeginAsync("disabled@north.example");
        await refused.EnterCodeAsync(await product.Mailbox.ReadCodeAsync("disabled@recovery.example"));
        await refused.SeeAsync("disabled");
        await refused.LookAsync(device, "7-stopped");
    }
}
