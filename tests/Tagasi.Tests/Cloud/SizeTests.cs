using System.Net;
using System.Text;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>What is too large is refused, and nobody else notices.</summary>
public sealed class SizeTests
{
    private const int Limit = 32 * 1024;

    // Blanks, so that all but the size is in order.
    [Theory]
    [InlineData("/api/recovery/ticket", """{"operation":"reset"}""", "ticket")]
    [InlineData("/api/recovery/envelope", """{"ticket":"none","envelope":null}""", "ticket-invalid")]
    public async Task A_body_over_32_KiB_is_refused_at_the_portal(string path, string body, string otherwise)
    {
        await using var service = await PortalPageTests.StartAsync();
        await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");
        await AssertLimitAsync(browser, path, body, otherwise);
    }

    [Theory]
    [InlineData("envelope")]
    [InlineData("outcome")]
    public async Task A_body_over_32_KiB_is_refused_of_an_administrator(string path)
    {
        await using var service = await AdministrationTests.StartAsync();
        var anna = await service.AddUserAsync("anna@north.example");
        using var browser = await AdministrationTests.SignInAsync(service);
        await browser.GetAsync($"/admin/people/{anna.Id}");
        await AssertLimitAsync(browser, "/api/admin/" + path, """{"ticket":"none"}""", path == "envelope" ? Problems.InputInvalid.Code : Problems.TicketInvalid.Code);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/code")]
    [InlineData("/admin/sign-in")]
    public async Task A_form_over_64_KiB_is_refused(string path)
    {
        await using var service = await AdministrationTests.StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        var page = await browser.PostAsync(path, ("Name", new string('a', 65 * 1024)));
        Assert.InRange(page.Status, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData(RelayWire.EnrolmentPath)]
    [InlineData(RelayWire.OnboardingPath)]
    public async Task A_body_over_64_KiB_of_an_agents_host_is_refused(string path)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await agent.TokenAsync());
        using var body = new StringContent("{}".PadRight((64 * 1024) + 1), Encoding.UTF8, "application/json");
        using var reply = await http.PostAsync(path, body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
    }

    [Fact]
    public async Task A_message_over_the_relays_limit_ends_that_agents_connection_and_no_other()
    {
        await using var service = await RunningService.StartAsync();
        await using var honest = await ScriptedAgent.EnrolAsync(service);
        await using var hostile = await ScriptedAgent.EnrolAsync(service);
        await honest.ConnectAsync();
        await hostile.ConnectAsync();
        hostile.AgentVersion = new string('1', RelayWire.MaxMessageBytes);
        await Assert.ThrowsAnyAsync<Exception>(() => hostile.SayHelloAsync(1));
        await service.UntilAsync(() => Task.FromResult(!hostile.IsConnected));
        Assert.True(honest.IsConnected);
        Assert.True((await honest.SayHelloAsync(1)).Accepted);
    }

    private static async Task AssertLimitAsync(PortalClient browser, string path, string body, string otherwise)
    {
        var large = await browser.PostJsonAsync(path, body.PadRight(Limit + 1));
        Assert.Equal(HttpStatusCode.BadRequest, large.Status);
        Assert.Contains(Problems.InputInvalid.Code, large.Raw, StringComparison.Ordinal);
        Assert.Contains(otherwise, (await browser.PostJsonAsync(path, body.PadRight(Limit))).Raw, StringComparison.Ordinal);
    }
}
