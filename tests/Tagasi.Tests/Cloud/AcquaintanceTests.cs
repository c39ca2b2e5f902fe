using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>Whose keys passwords are sealed to: those that an agent has signed, of agents that know each other.</summary>
public sealed class AcquaintanceTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_sealing_key_that_was_swapped_on_the_way_is_refused_and_nothing_is_sealed_to_it()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        using var proxy = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        agent.KeySigner = proxy;

        var reply = await agent.ConnectAsync();
        Assert.Equal((false, Problems.AgentKeyUnsigned.Code), (reply.Accepted, reply.Problem));
        Assert.Equal(Problems.AgentOffline, await TicketProblemAsync(service));
        Assert.Contains(await service.AuditAsync(), e => e.Problem == Problems.AgentKeyUnsigned.Code && !e.IsSuccess);

        agent.KeySigner = null;
        Assert.True((await agent.BringKeyAsync(1)).Accepted);
        Assert.Equal([agent.Opener.PublicKey.KeyId], await RecipientsAsync(service));
    }

    [Fact]
    public async Task Who_speaks_an_older_version_cannot_put_another_key_in_the_place_of_a_signed_one()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await agent.DisconnectAsync();

        await using var proxy = agent.WithAnotherSealingKey();
        Assert.Equal(Problems.AgentTooOld.Code, (await proxy.ConnectAsync(version: 1)).Problem);
        Assert.Equal(Problems.AgentOffline, await TicketProblemAsync(service));
    }

    [Fact]
    public async Task An_enrolment_code_alone_makes_no_recipient()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        // It may know whom it likes.
        rogue.KnownAgents.Add(agent.KeyId);

        var reply = await rogue.ConnectAsync();
        Assert.Equal((true, true), (reply.Accepted, reply.IsWaiting));
        Assert.Equal([new Stranger("host", agent.KeyId)], reply.Strangers);
        Assert.Equal([agent.Opener.PublicKey.KeyId], await RecipientsAsync(service));
        Assert.Contains(await service.AuditAsync(), e => e.Problem == Problems.AgentWaiting.Code && e.AgentId == rogue.Admission.AgentId);

        // Nor does it get requests while the other one is away, nor say where people's codes go.
        await agent.DisconnectAsync();
        await service.UntilAsync(async () => await TicketProblemAsync(service) == Problems.AgentOffline);
        Assert.Contains(Problems.AgentWaiting.Code, (await Assert.ThrowsAsync<HubException>(() => rogue.ImportAsync("north.example"))).Message, StringComparison.Ordinal);

        // The other one hears of it.
        Assert.Equal([new Stranger("host", rogue.KeyId)], (await agent.ConnectAsync()).Strangers);
        Assert.Empty(rogue.Orders);
    }

    [Fact]
    public async Task Once_they_know_each_other_it_is_told_within_seconds_and_both_are_recipients()
    {
        await using var service = await RunningService.StartAsync();
        await using var first = await ScriptedAgent.EnrolAsync(service);
        await using var second = await ScriptedAgent.EnrolAsync(service);
        await first.ConnectAsync();
        Assert.True((await second.ConnectAsync()).IsWaiting);

        ScriptedAgent.Introduce(first, second);
        var told = second.News.Count;
        Assert.True((await second.BringKeyAsync(1)).IsWaiting);
        Assert.Null((await first.BringKeyAsync(1)).Strangers);
        await service.UntilAsync(() => Task.FromResult(second.News.Count > told));
        var reply = await second.BringKeyAsync(1);

        Assert.Equal((false, null), (reply.IsWaiting, reply.Strangers));
        Assert.Equal(new[] { first, second }.Select(agent => agent.Opener.PublicKey.KeyId).Order(), (await RecipientsAsync(service)).Order());
    }

    [Fact]
    public async Task An_agent_is_told_whom_else_the_password_was_sealed_to_by_their_own_word()
    {
        await using var service = await RunningService.StartAsync();
        await using var first = await ScriptedAgent.EnrolAsync(service);
        await using var second = await ScriptedAgent.EnrolAsync(service);
        ScriptedAgent.Introduce(first, second);
        await first.ConnectAsync();
        await second.ConnectAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None);

        await service.NewPassword.SubmitAsync(session, issued.Ticket!, EnvelopeSealer.Seal("Geheim und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients), None);

        var (asked, other) = first.Orders.Count == 1 ? (first, second) : (second, first);
        var order = Assert.Single(asked.Orders);
        Assert.Equal(2, order.Envelope!.Keys.Count);
        var recipient = Assert.Single(order.Recipients!);
        Assert.Equal(other.Opener.PublicKey.KeyId, recipient.SealingKey.KeyId);
        Assert.True(AgentIdentity.HasSigned(other.Identity, recipient.SealingKey, recipient.Signature));
        Assert.Equal(other.Identity.ExportSubjectPublicKeyInfo(), recipient.IdentityKey);
    }

    [Fact]
    public async Task Who_is_revoked_need_not_be_known()
    {
        await using var service = await RunningService.StartAsync();
        await using var former = await ScriptedAgent.EnrolAsync(service);
        await former.ConnectAsync();
        await former.DisconnectAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await agent.ConnectAsync()).IsWaiting);

        await using (var db = await service.OpenAsync())
        {
            await db.Agents.Where(row => row.Id == former.Admission.AgentId).ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, service.Time.GetUtcNow()), None);
        }

        await service.UntilAsync(() => Task.FromResult(!agent.News.IsEmpty));
        Assert.False((await agent.BringKeyAsync(1)).IsWaiting);
    }

    [Fact]
    public async Task A_host_that_enrols_anew_has_what_it_was_revoked_and_nobody_elses()
    {
        await using var service = await RunningService.StartAsync();
        await using var former = await ScriptedAgent.EnrolAsync(service);
        await using var other = await ScriptedAgent.EnrolAsync(service);
        var south = await service.AddTenantAsync("South", "south.example");

        // On another's word, in another's name, and from another tenant nothing is revoked; the enrolment stands.
        await EnrolAsync(service, null, secret => AgentIdentity.ProveReplacement(other.Admission.AgentId, former.Identity, secret));
        await EnrolAsync(service, null, _ => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, "another secret"u8));
        await EnrolAsync(service, null, _ => "nonsense");
        await EnrolAsync(service, south, secret => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret));
        Assert.Empty(await RevokedAsync(service));

        await EnrolAsync(service, null, secret => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret));
        Assert.Equal([former.Admission.AgentId], await RevokedAsync(service));
    }

    private static async Task EnrolAsync(RunningService service, Guid? tenantId, Func<byte[], string> prove)
    {
        var code = await service.CreateCodeAsync(tenantId);
        using var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var http = new HttpClient { BaseAddress = service.Address };
        var request = new EnrolmentRequest(
            code.Secret, "host", "1.0", identity.ExportSubjectPublicKeyInfo(), AgentIdentity.ProveEnrolment(identity, code.Secret), prove(code.Secret));
        using var reply = await http.PostAsync(RelayWire.EnrolmentPath, JsonContent.Create(request, ProtocolJson.Default.EnrolmentRequest), None);
        reply.EnsureSuccessStatusCode();
    }

    private static async Task<List<Guid>> RevokedAsync(RunningService service)
    {
        await using var db = await service.OpenAsync();
        return await db.Agents.Where(agent => agent.RevokedAt != null).Select(agent => agent.Id).ToListAsync(None);
    }

    private static async Task<Problem?> TicketProblemAsync(RunningService service) => (await IssueAsync(service)).Problem;

    private static async Task<IEnumerable<string>> RecipientsAsync(RunningService service) => (await IssueAsync(service)).Recipients.Select(key => key.KeyId);

    private static async Task<Tagasi.Cloud.Recovery.TicketView> IssueAsync(RunningService service)
    {
        var name = $"{Guid.NewGuid():N}@north.example";
        await service.AddUserAsync(name);
        return await service.NewPassword.IssueTicketAsync(await service.ProveAsync(name), Operation.Reset, None);
    }
}
