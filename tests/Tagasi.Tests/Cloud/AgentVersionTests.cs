using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Settings;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>Agents of an older protocol, of an older version, and with a key of an earlier epoch.</summary>
public sealed class AgentVersionTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_agent_of_protocol_1_carries_out_resets_and_is_sent_nothing_that_it_does_not_know()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        var reply = await agent.ConnectAsync(version: 1);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None);
        var envelope = EnvelopeSealer.Seal("Geheim und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients);

        Assert.Equal((true, null, null, null), (reply.Accepted, reply.Problem, reply.State, reply.Detail));
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, envelope, None)).Step);
        var ticket = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(issued.Ticket!.Split('.')[1])).RootElement;
        Assert.Equal(1, ticket.GetProperty("version").GetInt32());
        Assert.Equal(1, service.Services.GetService(typeof(ConnectedAgents)) is ConnectedAgents connected ? connected.All.Single().ProtocolVersion : 0);
    }

    [Fact]
    public async Task An_agent_of_protocol_1_is_refused_in_a_later_epoch_because_it_cannot_make_another_key()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        await agent.ConnectAsync(version: 1);

        await service.Onboarding.DisableAsync(administrator, None);
        Assert.True(agent.IsConnected);
        await service.Onboarding.EnableAsync(administrator, None);
        await service.UntilAsync(() => Task.FromResult(!agent.IsConnected), TimeSpan.Zero);
        var reply = await agent.ConnectAsync(version: 1);

        Assert.Equal((false, "agent-too-old", null), (reply.Accepted, reply.Problem, reply.Detail));
        Assert.Empty(agent.News);
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Agent refused", Problem: "agent-too-old" });

        // Enrolled anew it has a new key, and is of use again.
        await using var anew = await ScriptedAgent.EnrolAsync(service, version: 1);
        Assert.True((await anew.ConnectAsync(version: 1)).Accepted);
    }

    [Fact]
    public async Task An_agent_of_protocol_1_that_waited_for_the_enabling_is_of_use_after_it()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await service.Onboarding.DisableAsync(administrator, None);
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        Assert.True((await agent.ConnectAsync(version: 1)).Accepted);

        await service.Onboarding.EnableAsync(administrator, None);
        await service.UntilAsync(() => Task.FromResult(!agent.IsConnected), TimeSpan.Zero);
        Assert.True((await agent.ConnectAsync(version: 1)).Accepted);
        Assert.Equal(1, Connected(service, epoch: 2));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("?version=2", 2)]
    [InlineData("?version=99", 2)]
    public async Task The_service_answers_the_version_that_it_speaks_with_who_asks(string query, int version)
    {
        await using var service = await RunningService.StartAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        var key = await http.GetFromJsonAsync(RelayWire.ServiceKeyPath + query, ProtocolJson.Default.ServiceKey, None);
        Assert.Equal(version, key!.Version);
    }

    [Theory]
    [InlineData(null, "0.0.9")]
    [InlineData("0.0.1", "0.0.9")]
    [InlineData("2.1.0", "2.0.9")]
    [InlineData("2.1.0", "unreadable")]
    public async Task An_agent_that_is_too_old_reads_which_version_it_has_and_which_is_wanted(string? minimum, string version)
    {
        await using var service = await RunningService.StartAsync(settings => settings.Agents.MinimumVersion = minimum);
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        agent.AgentVersion = version;
        var wanted = minimum is "2.1.0" ? minimum : "0.1.0";

        var reply = await agent.ConnectAsync();
        await agent.SayHelloAsync(null);
        await agent.SayHelloAsync(null);

        Assert.Equal((false, "agent-too-old", $"version {version} is there, {wanted} or newer is wanted"), (reply.Accepted, reply.Problem, reply.Detail));
        Assert.Single(await service.AuditAsync(), e => e.Activity == "Agent refused");
        await using var db = await service.OpenAsync();
        Assert.Equal(version, (await db.Agents.SingleAsync(None)).Version);
    }

    [Theory]
    [InlineData("0.2.0-beta.1+abc", "0.2.0")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("1.2.3.4", null)]
    [InlineData("1.-2", null)]
    [InlineData("", null)]
    public void A_version_is_read_without_what_follows_it(string text, string? version) => Assert.Equal(version, AgentAdmission.ReadVersion(text)?.ToString());

    [Fact]
    public void The_floor_counts_whatever_the_settings_say() =>
        Assert.Equal(AgentAdmission.Floor, AgentAdmission.Wanted(new CloudSettings { Agents = new AgentsSettings { MinimumVersion = "0.0.1" } }));

    [Fact]
    public async Task A_key_of_an_earlier_epoch_is_not_taken_for_a_later_one()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await service.ChangeTenantElsewhereAsync(tenant => tenant.Epoch = 2);

        var reply = await agent.SayHelloAsync(epoch: 2);

        Assert.Equal((false, "input-invalid"), (reply.Accepted, reply.Problem));
        Assert.Equal(0, Connected(service, epoch: 2));
    }

    [Fact]
    public async Task A_hello_with_another_epoch_than_the_tenants_brings_no_key()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();

        Assert.Equal(new OnboardingState(true, 1), (await agent.SayHelloAsync(epoch: 5)).State);
        Assert.Equal(0, Connected(service, epoch: 5));
        Assert.Equal(1, Connected(service, epoch: 1));
    }

    [Fact]
    public void A_hello_that_was_overtaken_does_not_bring_back_an_earlier_key()
    {
        using var first = new EnvelopeOpener(System.Security.Cryptography.ECDiffieHellman.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        using var second = new EnvelopeOpener(System.Security.Cryptography.ECDiffieHellman.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        var agent = new ConnectedAgent("c", Guid.NewGuid(), Guid.NewGuid(), [], 2, [], () => { }) { SealingKey = first.PublicKey };
        agent.Take(second.PublicKey, "signed", 2);
        agent.Take(first.PublicKey, "signed", 1);
        Assert.Equal((second.PublicKey, 2), (agent.SealingKey, agent.Epoch));
    }

    private static int Connected(RunningService service, long epoch) => ((ConnectedAgents)service.Services.GetService(typeof(ConnectedAgents))!).For(service.TenantId, "north.example", epoch).Count;
}
