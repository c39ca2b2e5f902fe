using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A person in a browser: the steps that they take on the portal.</summary>
internal sealed class PortalBrowser : IAsyncDisposable
{
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "pictures");

    private readonly Uri address;

    private PortalBrowser(IBrowserContext context, IPage page, Uri address)
    {
        (Context, Page, this.address) = (context, page, address);
        // What a page says to its console is a fault: CSP reports land there.
        page.Console += (_, message) => Complaints.AddRange(message.Type is "error" ? [message.Text] : []);
        page.PageError += (_, error) => Complaints.Add(error);
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public static async Task<PortalBrowser> OpenAsync(Uri address, Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions { IgnoreHTTPSErrors = true, Locale = "en-GB", ViewportSize = new() { Width = 1280, Height = 800 } };
        change?.Invoke(options);
        var context = await (await Browser.Running.Value).NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return new PortalBrowser(context, await context.NewPageAsync(), address);
    }

    public async Task BeginAsync(string name)
    {
        await Page.GotoAsync(address.ToString());
        await Page.FillAsync("#name", name);
        await Page.ClickAsync("button[type=submit]");
    }

    public async Task EnterCodeAsync(string code)
    {
        await Page.FillAsync("#code", code);
        await Page.ClickAsync("form:has(#code) button[type=submit]");
    }

    /// <summary>From the name to the form for the new password.</summary>
    public async Task ProveAsync(string name, Product.Mailbox mailbox, string? recoveryMail = null)
    {
        await mailbox.ClearAsync();
        await BeginAsync(name);
        await EnterCodeAsync(await mailbox.ReadCodeAsync(recoveryMail ?? name.Replace("north.example", "recovery.example", StringComparison.OrdinalIgnoreCase)));
        await AtAsync("/password");
    }

    /// <summary>Waits until the page of a path is shown. Looks again and again: waiting for the event was seen to miss it.</summary>
    public Task AtAsync(string path) => Assertions.Expect(Page).ToHaveURLAsync(
        new Regex(Regex.Escape(path) + @"(?:\?|$)", RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = 30_000 });

    /// <summary>Waits until the rules have come and the form can be filled in.</summary>
    public Task SeeFormAsync() => Assertions.Expect(Page.Locator("#password")).ToBeVisibleAsync(new() { Timeout = 15_000 });

    public async Task ChooseAsync(string password, string? again = null)
    {
        await SeeFormAsync();
        await Page.FillAsync("#password", password);
        await Page.FillAsync("#password-again", again ?? password);
        await Page.ClickAsync("form[data-view=choose] button[type=submit]");
    }

    /// <summary>A change: as <see cref="ChooseAsync"/>, by who knows the current password.</summary>
    public async Task ChangeAsync(string current, string password, string? again = null)
    {
        await SeeFormAsync();
        if (await Page.GetAttributeAsync("details[data-known]", "open") is null)
        {
            await Page.ClickAsync("details[data-known] summary");
        }

        await Page.FillAsync("#password-current", current);
        await ChooseAsync(password, again);
    }

    /// <summary>A cloud administrator, at the pages for them.</summary>
    public async Task SignInAsync(string name, string password)
    {
        await Page.GotoAsync(new Uri(address, "admin").ToString());
        await Page.FillAsync("#name", name);
        await Page.FillAsync("#password", password);
        await Page.ClickAsync("form:has(#password) button[type=submit]");
    }

    /// <summary>The administrator looks for a person and opens the page of their reset.</summary>
    public async Task OpenPersonAsync(string userName)
    {
        await FindAsync(userName);
        await Page.ClickAsync($".people li:has-text('{userName}') a");
    }

    public async Task FindAsync(string part)
    {
        await Page.GotoAsync(new Uri(address, "admin").ToString());
        await Page.FillAsync("#find", part);
        await Page.PressAsync("#find", "Enter");
        await AtAsync("/admin");
    }

    /// <summary>Takes a picture of the page; it must not scroll sideways, nor be closed to assistive technology.</summary>
    public async Task LookAsync(string device, string name)
    {
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{device}-{name}.png"), FullPage = true });
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} scrolls sideways on a {device}");
        var found = await Page.RunAxe();
        Assert.True(found.Violations.Length == 0, $"{device} {name}: " + string.Join("; ", found.Violations.Select(violation => $"{violation.Id}: {violation.Help} ({violation.Nodes.FirstOrDefault()?.Html})")));
    }

    public async Task<string> MainTextAsync() => await Page.InnerTextAsync("main");

    /// <summary>Waits for words to be read on the page.</summary>
    public Task SeeAsync(string words, float timeout = 30_000) => Assertions.Expect(Page.Locator("main")).ToContainTextAsync(words, new() { UseInnerText = true, Timeout = timeout });

    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
