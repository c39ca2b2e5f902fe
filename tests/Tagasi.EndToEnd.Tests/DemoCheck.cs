using Tagasi.EndToEnd.Tests.Portal;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests;

/// <summary>What <c>./demo --check</c> runs against the demo: one reset in a browser. The script then proves the password at the domain controller.</summary>
public sealed class DemoCheck
{
    [Fact(Explicit = true)]
    public async Task A_person_who_forgot_the_password_sets_a_new_one()
    {
        var user = Setting("USER");
        using var mailbox = new Mailbox(new Uri(Setting("MAILBOX")));
        await using var person = await PortalBrowser.OpenAsync(new Uri(Setting("ADDRESS")));
        await person.ProveAsync(user, mailbox);
        await person.ChooseAsync(await File.ReadAllTextAsync(Setting("PASSWORD_FILE"), TestContext.Current.CancellationToken));
        await person.AtAsync("/done");
        await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Setting("SCREENSHOTS"), "done.png"), FullPage = true });
        Assert.Empty(person.Complaints);
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable("TAGASI_DEMO_" + name) ?? throw new InvalidOperationException("Run ./demo --check.");
}
