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
        using var swapped = new EnvelopeOpener(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        foreach (var statement in new[]
        {
            AgentIdentity.Sign(new AgentStatement(agent.Opener.PublicKey, 1, []), proxy),
            AgentIdentity.Sign(new AgentStatement(swapped.PublicKey, 1, []), agent.Identity),
            "nonsense",
        })
        {
            agent.Statement = statement;
            var reply = await agent.ConnectAsync();
            Assert.Equal((false, Problems.AgentKeyUnsigned.Code), (reply.Accepted, reply.Problem));
            Assert.Equal(Problems.AgentOffline, await TicketProblemAsync(service));
            await agent.DisconnectAsync();
        }

        Assert.Contains(await service.AuditAsync(), e => e.Problem == Problems.AgentKeyUnsigned.Code && !e.IsSuccess);
        agent.Statement = null;
        Assert.True((await agent.ConnectAsync()).Accepted);
        Assert.Equal([agent.Opener.PublicKey.KeyId], await RecipientsAsync(service));
    }

    [Fact]
    public async Task What_was_signed_for_an_earlier_epoch_cannot_be_said_again_in_a_later_one()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await using var proxy = agent.WithAnotherSealingKey(agent.Opener);
        proxy.Statement = AgentIdentity.Sign(new AgentStatement(agent.Opener.PublicKey, 1, []), agent.Identity);
        await service.Onboarding.DisableAsync(administrator, None);
        await service.Onboarding.EnableAsync(administrator, None);
        await agent.BringKeyAsync(2);

        Assert.Equal(Problems.AgentKeyUnsigned.Code, (await proxy.ConnectAsync()).Problem);
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
        Assert.Equal([new Stranger("host", agent.KeyId, IsKnown: true, KnowsYou: false)], reply.Strangers);
        Assert.Equal([agent.Opener.PublicKey.KeyId], await RecipientsAsync(service));
        Assert.Contains(await service.AuditAsync(), e => e.Problem == Problems.AgentWaiting.Code && e.AgentId == rogue.Admission.AgentId);

        // Nor does it get requests while the other one is away.
        await agent.DisconnectAsync();
        await service.UntilAsync(async () => await TicketProblemAsync(service) == Problems.AgentOffline);

        // The other one hears of it.
        Assert.Equal([new Stranger("host", rogue.KeyId, IsKnown: false, KnowsYou: true)], (await agent.ConnectAsync()).Strangers);
        Assert.Empty(rogue.Orders);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(ProtocolVersion.Current)]
    public async Task Nor_does_it_say_where_peoples_codes_go_whether_or_not_it_brings_a_key(int version)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        await rogue.OpenAsync();

        Assert.True((await rogue.SayHelloAsync(null, version)).Accepted);
        await ImportIsRefusedAsync(rogue);
        await rogue.SayHelloAsync(version > 1 ? 1 : null, version);
        await ImportIsRefusedAsync(rogue);

        // Nor while writeback is disabled and nobody brings a key.
        await service.ChangeTenantElsewhereAsync(tenant => tenant.IsWritebackEnabled = false);
        await ImportIsRefusedAsync(rogue);
        Assert.Equal(0, await agent.ImportAsync("north.example"));
    }

    [Fact]
    public async Task Before_the_first_enabling_agents_that_know_each_other_import_already()
    {
        await using var service = await RunningService.StartAsync();
        await service.ChangeTenantElsewhereAsync(tenant => tenant.IsWritebackEnabled = false);
        await using var first = await ScriptedAgent.EnrolAsync(service);
        await using var second = await ScriptedAgent.EnrolAsync(service);
        await first.ConnectAsync();
        await second.ConnectAsync();
        await first.SayHelloAsync(0);
        await second.SayHelloAsync(0);
        await ImportIsRefusedAsync(second);

        first.KnownAgents.Add(second.KeyId);
        second.KnownAgents.Add(first.KeyId);
        await first.SayHelloAsync(0);
        var reply = await second.SayHelloAsync(0);
        Assert.Null(reply.Strangers);
        Assert.NotEqual(true, reply.IsWaiting);
        Assert.Equal(0, await second.ImportAsync("north.example"));

        // And that is that: nobody is told anything again and again.
        var (firstNews, secondNews) = (first.News.Count, second.News.Count);
        for (var look = 0; look < 5; look++)
        {
            service.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal((firstNews, secondNews), (first.News.Count, second.News.Count));
    }

    [Fact]
    public async Task What_was_signed_for_an_earlier_epoch_teaches_nobody_while_writeback_is_disabled_either()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await using var former = await ScriptedAgent.EnrolAsync(service);
        former.KnownAgents.Add(agent.KeyId);
        await agent.ConnectAsync();
        await service.Onboarding.DisableAsync(administrator, None);
        await service.Onboarding.EnableAsync(administrator, None);
        await agent.BringKeyAsync(2);
        await service.Onboarding.DisableAsync(administrator, None);
        await former.ConnectAsync();
        await former.SayHelloAsync(0);

        // Once it named the other one; the line is deleted since.
        agent.Statement = AgentIdentity.Sign(new AgentStatement(agent.Opener.PublicKey, 1, [former.KeyId]), agent.Identity);
        await agent.SayHelloAsync(1);
        await ImportIsRefusedAsync(former);
    }

    [Fact]
    public async Task Nobody_else_can_say_whom_an_agent_knows()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        rogue.KnownAgents.Add(agent.KeyId);
        await rogue.ConnectAsync();

        // A proxy says hello in the agent's name, with a list of its own.
        await using var proxy = agent.WithAnotherSealingKey(agent.Opener);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        proxy.Statement = AgentIdentity.Sign(new AgentStatement(agent.Opener.PublicKey, 1, [rogue.KeyId]), key);
        Assert.Equal(Problems.AgentKeyUnsigned.Code, (await proxy.ConnectAsync()).Problem);
        // Nor does it help to pass the agent off as one that knows nobody by its version.
        await proxy.SayHelloAsync(null, 1);
        Assert.True((await rogue.BringKeyAsync(1)).IsWaiting);
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
        Assert.True((await second.BringKeyAsync(1)).IsWaiting);
        var told = second.News.Count;
        Assert.Null((await first.BringKeyAsync(1)).Strangers);
        await service.UntilAsync(() => Task.FromResult(second.News.Count > told));
        var reply = await second.BringKeyAsync(1);

        Assert.Equal((false, null), (reply.IsWaiting, reply.Strangers));
        Assert.Equal(new[] { first, second }.Select(agent => agent.Opener.PublicKey.KeyId).Order(), (await RecipientsAsync(service)).Order());
    }

    [Fact]
    public async Task A_line_that_is_deleted_takes_the_other_out_within_seconds()
    {
        await using var service = await RunningService.StartAsync();
        await using var first = await ScriptedAgent.EnrolAsync(service);
        await using var second = await ScriptedAgent.EnrolAsync(service);
        ScriptedAgent.Introduce(first, second);
        await first.ConnectAsync();
        await second.ConnectAsync();
        Assert.Equal(2, (await RecipientsAsync(service)).Count());

        first.KnownAgents.Clear();
        await first.BringKeyAsync(1);
        await service.UntilAsync(async () => (await RecipientsAsync(service)).Count() == 1);
        Assert.Equal([first.Opener.PublicKey.KeyId], await RecipientsAsync(service));
        Assert.True((await second.BringKeyAsync(1)).IsWaiting);
    }

    [Fact]
    public async Task At_the_first_enabling_whoever_was_enrolled_and_connected_first_is_first_however_fast_the_other_is()
    {
        await using var service = await RunningService.StartAsync();
        await service.ChangeTenantElsewhereAsync(tenant => tenant.IsWritebackEnabled = false);
        await using var first = await ScriptedAgent.EnrolAsync(service);
        await first.ConnectAsync();
        service.Time.Advance(TimeSpan.FromSeconds(1));
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        await rogue.ConnectAsync();
        await service.ChangeTenantElsewhereAsync(tenant => tenant.IsWritebackEnabled = true);

        Assert.True((await rogue.BringKeyAsync(1)).IsWaiting);
        Assert.False((await first.BringKeyAsync(1)).IsWaiting);
    }

    [Fact]
    public async Task Agents_of_version_1_are_as_they_were_among_themselves_and_wait_beside_a_newer_one_that_was_before_them()
    {
        await using var service = await RunningService.StartAsync();
        await using var first = await ScriptedAgent.EnrolAsync(service, version: 1);
        await using var second = await ScriptedAgent.EnrolAsync(service, version: 1);
        await first.ConnectAsync(version: 1);
        await second.ConnectAsync(version: 1);
        Assert.Equal(2, (await RecipientsAsync(service)).Count());

        // The first one is updated.
        await first.DisconnectAsync();
        Assert.False((await first.ConnectAsync()).IsWaiting);
        await service.UntilAsync(async () => (await RecipientsAsync(service)).Count() == 1);
        Assert.Equal([first.Opener.PublicKey.KeyId], await RecipientsAsync(service));
    }

    [Fact]
    public async Task A_newcomer_waits_for_an_agent_of_version_1_too()
    {
        await using var service = await RunningService.StartAsync();
        await using var first = await ScriptedAgent.EnrolAsync(service, version: 1);
        await first.ConnectAsync(version: 1);
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        rogue.KnownAgents.Add(first.KeyId);

        Assert.True((await rogue.ConnectAsync()).IsWaiting);
        Assert.Equal([first.Opener.PublicKey.KeyId], await RecipientsAsync(service));
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
        Assert.Equal(other.Identity.ExportSubjectPublicKeyInfo(), recipient.IdentityKey);
        Assert.Equal(other.Opener.PublicKey.KeyId, AgentIdentity.ReadStatement(other.Identity, recipient.Statement)!.SealingKey.KeyId);
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

    private static async Task ImportIsRefusedAsync(ScriptedAgent rogue) =>
        Assert.Contains(Problems.AgentWaiting.Code, (await Assert.ThrowsAsync<HubException>(() => rogue.ImportAsync("north.example"))).Message, StringComparison.Ordinal);

    private static async Task<Problem?> TicketProblemAsync(RunningService service) => (await IssueAsync(service)).Problem;

    private static async Task<IEnumerable<string>> RecipientsAsync(RunningService service) => (await IssueAsync(service)).Recipients.Select(key => key.KeyId);

    private static async Task<Tagasi.Cloud.Recovery.TicketView> IssueAsync(RunningService service)
    {
        var name = $"{Guid.NewGuid():N}@north.example";
        await service.AddUserAsync(name);
        return await service.NewPassword.IssueTicketAsync(await service.ProveAsync(name), Operation.Reset, None);
    }
}
