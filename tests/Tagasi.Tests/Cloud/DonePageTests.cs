using System.Text.Json;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>The last page says what was done, and nothing that what is left to be mended contradicts.</summary>
public sealed class DonePageTests
{
    [Theory]
    [InlineData(Operation.Reset, null, "Your password has been changed", "works from now on", "unlocked")]
    [InlineData(Operation.Reset, "not-yet-everywhere", "Your password has been changed", "is set", "works from now on")]
    [InlineData(Operation.Reset, "account-still-locked", "Your password has been changed", "still locked", "Sign in with your new password")]
    [InlineData(Operation.Unlock, null, "Your account is unlocked", "with the same password", "has been changed")]
    [InlineData(Operation.Unlock, "not-yet-everywhere", "Your account is unlocked", "some minutes", "has been changed")]
    [InlineData(Operation.Unlock, "account-still-locked", "Your account was locked again", "still locked", "can sign in")]
    public async Task The_last_page_is_true_of_the_operation_and_of_what_is_left_to_be_mended(Operation operation, string? problem, string title, string said, string notSaid)
    {
        await using var service = await PortalPageTests.StartAsync();
        await service.ChangeTenantElsewhereAsync(tenant => tenant.AllowsUnlock = true);
        await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Applied, problem is null ? null : Problems.ByCode(problem)));
        await agent.ConnectAsync();
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");
        var issued = JsonSerializer.Deserialize<TicketReply>((await browser.PostJsonAsync("/api/recovery/ticket", new { operation = operation.ToString() })).Raw, JsonSerializerOptions.Web)!;
        var envelope = operation is Operation.Unlock ? null : EnvelopeSealer.Seal("Correct horse 1", new SignedTicket(issued.Ticket).Hash, issued.Recipients);
        await browser.PostJsonAsync("/api/recovery/envelope", new { issued.Ticket, Envelope = envelope });

        var page = await browser.GetAsync("/done");
        Assert.Contains($"<h1>{title}</h1>", page.Text, StringComparison.Ordinal);
        Assert.Contains(said, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(notSaid, page.Text, StringComparison.Ordinal);
    }
}
