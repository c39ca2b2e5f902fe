using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;

namespace Tagasi.Tests.Cloud;

/// <summary>What a person reads where a recovery ends without a new password: true, and of use to them.</summary>
public sealed class StoppedPageTests
{
    private const string Primary = "class=\"btn btn-primary\"";

    [Theory]
    [InlineData("account-disabled")]
    [InlineData("account-not-found")]
    [InlineData("directory-rights")]
    [InlineData("writeback-disabled")]
    public async Task What_no_new_start_mends_offers_none(string code)
    {
        var page = await StopAsync(Problems.ByCode(code));
        Assert.Contains("<h1>Nothing was changed</h1>", page.Raw, StringComparison.Ordinal);
        Assert.Contains("Starting again will not help.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Primary, page.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_wrong_codes_say_once_when_to_start_again()
    {
        var page = await StopAsync(Problems.TooManyTries);
        Assert.Contains("start again now and get a new code, up to 10 codes a day", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("later", page.Text, StringComparison.Ordinal);
        Assert.Contains(Primary, page.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_whose_last_step_is_not_known_is_not_said_to_have_changed_nothing()
    {
        var page = await StopAsync(Problems.TicketReplayed);
        Assert.Contains("<h1>This recovery has ended</h1>", page.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_promise_stands_only_where_a_password_is_still_to_come()
    {
        await using var service = await PortalPageTests.StartAsync();
        using var browser = new PortalClient(service);
        Assert.Contains("Only your organisation can read it.", (await browser.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Only your organisation can read it.", (await browser.GetAsync("/no-such-page")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_script_a_recovery_that_could_not_end_is_not_begun()
    {
        await using var service = await PortalPageTests.StartAsync();
        using var browser = new PortalClient(service);
        Assert.Matches("<button [^>]*type=\"submit\"[^>]* disabled", (await browser.GetAsync("/")).Raw);
    }

    private static async Task<Page> StopAsync(Problem problem)
    {
        await using var service = await PortalPageTests.StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        await browser.PostAsync("/", ("Name", "anna@north.example"));
        await using var db = await service.OpenAsync();
        var session = await db.RecoverySessions.SingleAsync(TestContext.Current.CancellationToken);
        Assert.True(await service.Services.GetRequiredService<RecoverySessions>().MoveAsync(session.Id, RecoveryStep.CodeSent, RecoveryStep.Ended, problem));
        return await browser.GetAsync("/stopped");
    }
}
