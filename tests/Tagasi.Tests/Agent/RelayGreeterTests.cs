using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Agent.Import;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>Hellos: which version is spoken, and that a key of the tenant's epoch is brought.</summary>
public sealed class RelayGreeterTests : IAsyncLifetime
{
    private readonly ScriptedAgent agent = new();
    private readonly RecordedLog<RelayGreeter> log = new();
    private readonly RecordedLog<RelayWorker> workerLog = new();
    private ScriptedRelay relay = null!;
    private SocketsHttpHandler handler = null!;
    private Action<EnrolmentRecord>? failure;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        relay = await ScriptedRelay.StartAsync();
        handler = ServiceHttp.CreateHandler(new ServiceSettings { Address = relay.Address, Authority = relay.Authority });
    }

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        await relay.DisposeAsync();
        agent.Dispose();
    }

    [Fact]
    public async Task A_service_of_version_1_gets_a_hello_of_version_1_and_no_epochs()
    {
        var key = agent.SealingKey;
        Assert.Equal(new Greeting(1, null), await GreetAsync());

        Assert.Equal([(2, null), (1, null)], relay.State.Hellos.Select(hello => (hello.ProtocolVersion, hello.Epoch)));
        Assert.Equal(key, agent.SealingKey);
        Assert.Equal([32014], log.Ids);
    }

    [Fact]
    public async Task A_service_that_speaks_no_version_of_ours_is_told_from_one_that_does()
    {
        relay.State.OnHello = _ => new HelloReply(false, Problems.ProtocolUnsupported.Code, DateTimeOffset.UnixEpoch);
        Assert.Equal(Problems.ProtocolUnsupported, (await Assert.ThrowsAsync<ServiceException>(() => GreetAsync())).Problem);
    }

    [Fact]
    public async Task An_answer_of_nothing_is_the_services_fault_and_does_not_end_the_agent()
    {
        relay.State.OnHello = _ => null!;
        Assert.Equal(Problems.ProtocolUnsupported, (await Assert.ThrowsAsync<ServiceException>(() => GreetAsync())).Problem);

        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, true, [null!]);
        Assert.True((await GreetAsync()).IsWaiting);
    }

    [Fact]
    public async Task Who_waits_says_for_whom_once_and_that_it_is_ready_when_it_is()
    {
        Stranger[] strangers = [new("other", "AAAAAAAAAAAAAAAAAAAAAA", IsKnown: true, KnowsYou: false)];
        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, true, strangers);
        await using var connection = await Connector().ConnectAsync(agent.Time, Cancellation);
        var greeter = Greeter();
        var greeting = await greeter.GreetAsync(connection, Cancellation);
        greeting = await greeter.GreetAgainAsync(connection, greeting, Cancellation);

        Assert.Equal(new Greeting(2, new OnboardingState(true, 3), IsWaiting: true), greeting);
        Assert.Equal([31004, 31018, 5105], log.Ids);
        Assert.Contains("other (key AAAAAAAAAAAAAAAAAAAAAA, named here, does not name this agent)", log.Entries.Last().Text, StringComparison.Ordinal);

        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, false);
        Assert.False((await greeter.GreetAgainAsync(connection, greeting, Cancellation)).IsWaiting);
        Assert.Equal([31004, 31018, 5105, 31005], log.Ids);
    }

    [Fact]
    public async Task A_newcomer_that_is_not_known_here_is_an_alarm_in_the_hosts_own_log()
    {
        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, false, [new("rogue", "AAAAAAAAAAAAAAAAAAAAAA", false, true)]);
        Assert.False((await GreetAsync()).IsWaiting);
        Assert.Equal([31004, 31018, 5106, 31005], log.Ids);
    }

    [Fact]
    public async Task Who_begins_to_wait_later_says_so_although_the_names_are_the_same()
    {
        Stranger[] strangers = [new("other", "AAAAAAAAAAAAAAAAAAAAAA", false, false)];
        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, false, strangers);
        await using var connection = await Connector().ConnectAsync(agent.Time, Cancellation);
        var greeter = Greeter();
        var greeting = await greeter.GreetAsync(connection, Cancellation);
        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3), null, true, strangers);
        await greeter.GreetAgainAsync(connection, greeting, Cancellation);
        Assert.Equal([31004, 31018, 5106, 31005, 5105], log.Ids);
    }

    [Fact]
    public async Task The_sealing_key_and_its_epoch_are_signed_by_the_agents_identity()
    {
        relay.State.OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3));
        await GreetAsync();
        using var identity = agent.Enrolment.ImportIdentityKey();
        var hello = relay.State.Hellos.Last();
        var statement = AgentIdentity.ReadStatement(identity, hello.Statement!)!;
        Assert.Equal((hello.SealingKey.KeyId, 3L), (statement.SealingKey.KeyId, statement.Epoch));
    }

    [Fact]
    public async Task A_new_epoch_gets_a_new_key_that_is_on_disk_before_it_is_told()
    {
        var before = agent.SealingKey.KeyId;
        var kept = new List<long>();
        relay.State.OnHello = _ =>
        {
            kept.Add(agent.Enrolment.SealingEpoch);
            return new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, 3));
        };

        Assert.Equal(new Greeting(2, new OnboardingState(true, 3)), await GreetAsync());

        Assert.Equal([0, 3], kept);
        Assert.Equal([(before, null), (agent.SealingKey.KeyId, 3L)], relay.State.Hellos.Select(hello => (hello.SealingKey.KeyId, hello.Epoch)));
        Assert.NotEqual(before, agent.SealingKey.KeyId);
        Assert.Equal([31004, 31018, 31005], log.Ids);
        Assert.Equal(["OnboardingEventStart", "KeyPairCreationSuccess", "OnboardingEventSuccess"], log.Entries.Select(entry => entry.Id.Name));
    }

    [Fact]
    public async Task In_the_same_epoch_the_key_stays_and_so_it_does_when_a_domain_is_added()
    {
        relay.State.Onboards(new OnboardingState(true, 3));
        await GreetAsync();
        var key = agent.SealingKey.KeyId;
        await GreetAsync("north.example", "south.example");

        Assert.Equal(key, agent.SealingKey.KeyId);
        var last = relay.State.Hellos.Last();
        Assert.Equal((key, 3L, "north.example south.example"), (last.SealingKey.KeyId, last.Epoch, string.Join(' ', last.Domains)));
        Assert.Equal([31004, 31018, 31005], log.Ids);
    }

    [Fact]
    public async Task An_epoch_that_grows_meanwhile_gets_a_key_of_its_own()
    {
        relay.State.OnHello = hello => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, hello.Epoch is null ? 1 : 2));
        Assert.Equal(2, (await GreetAsync()).State!.Epoch);
        Assert.Equal([null, 1, 2], relay.State.Hellos.Select(hello => hello.Epoch));
        Assert.Equal(2, agent.Enrolment.SealingEpoch);
    }

    [Fact]
    public async Task A_service_that_names_another_epoch_each_time_is_left()
    {
        relay.State.OnHello = hello => new HelloReply(true, null, DateTimeOffset.UnixEpoch, new OnboardingState(true, (hello.Epoch ?? 0) + 1));
        Assert.Equal(Problems.ProtocolUnsupported, (await Assert.ThrowsAsync<ServiceException>(() => GreetAsync())).Problem);
    }

    [Fact]
    public async Task While_writeback_is_disabled_no_key_is_made()
    {
        relay.State.Onboards(new OnboardingState(false, 3));
        Assert.Equal(new OnboardingState(false, 3), (await GreetAsync()).State);
        // The second says whom this agent knows.
        Assert.Equal([null, 0], relay.State.Hellos.Select(hello => hello.Epoch));
        Assert.Equal(0, agent.Enrolment.SealingEpoch);
    }

    [Fact]
    public async Task Writeback_that_is_enabled_between_two_hellos_gets_its_key_at_once()
    {
        relay.State.OnHello = hello => new HelloReply(true, null, DateTimeOffset.UnixEpoch, hello.Epoch is null ? new OnboardingState(false, 0) : new OnboardingState(true, 1));
        Assert.Equal(new OnboardingState(true, 1), (await GreetAsync()).State);
        Assert.Equal([null, 0, 1], relay.State.Hellos.Select(hello => hello.Epoch));
        Assert.Equal(1, agent.Enrolment.SealingEpoch);
    }

    [Fact]
    public async Task A_key_that_cannot_be_kept_is_not_used()
    {
        relay.State.Onboards(new OnboardingState(true, 3));
        failure = _ => throw new IOException("No space left on device");
        await Assert.ThrowsAsync<SealingKeyException>(() => GreetAsync());

        Assert.Single(relay.State.Hellos);
        Assert.Equal([31004, 32005], log.Ids);
    }

    [Fact]
    public async Task A_key_that_cannot_be_made_is_said_to_be_one()
    {
        relay.State.Onboards(new OnboardingState(true, 3));
        failure = _ => throw new CryptographicException("no random numbers");
        await Assert.ThrowsAsync<SealingKeyException>(() => GreetAsync());
        Assert.Equal([31004, 32010], log.Ids);
    }

    [Fact]
    public async Task An_agent_that_is_too_old_learns_which_version_is_wanted()
    {
        relay.State.OnHello = _ => new HelloReply(false, Problems.AgentTooOld.Code, DateTimeOffset.UnixEpoch, null, "version 0.1.0 is there, 9.0.0 or newer is wanted");
        var refusal = await Assert.ThrowsAsync<ServiceException>(() => GreetAsync());
        Assert.Equal((Problems.AgentTooOld, "version 0.1.0 is there, 9.0.0 or newer is wanted"), (refusal.Problem, refusal.Detail));
    }

    [Fact]
    public async Task A_running_agent_that_is_told_of_an_enabling_and_a_disabling_follows_and_stays_connected()
    {
        relay.State.Onboards(new OnboardingState(false, 0));
        using var worker = Worker();
        await worker.StartAsync(Cancellation);
        await UntilAsync(() => workerLog.Ids.Contains(5104));

        await TellAsync(new OnboardingState(true, 1));
        await UntilAsync(() => log.Ids.Contains(31005));
        Assert.Equal(1, agent.Enrolment.SealingEpoch);
        await TellAsync(new OnboardingState(false, 1));
        await UntilAsync(() => log.Ids.Contains(31013));
        await TellAsync(new OnboardingState(true, 2));
        await UntilAsync(() => log.Ids.Count(id => id == 31018) == 2);

        Assert.Equal(2, agent.Enrolment.SealingEpoch);
        Assert.Equal([31004, 31018, 31005, 31013, 31004, 31018], log.Ids.Take(6));
        Assert.Contains(31012, workerLog.Ids);
        Assert.DoesNotContain(31034, workerLog.Ids);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_heartbeat_finds_out_what_the_agent_was_not_told()
    {
        relay.State.Onboards(new OnboardingState(true, 1));
        using var worker = Worker();
        await worker.StartAsync(Cancellation);
        await UntilAsync(() => workerLog.Ids.Contains(31015));
        relay.State.Onboards(new OnboardingState(true, 2));

        await UntilAsync(() =>
        {
            agent.Time.Advance(TimeSpan.FromMinutes(1));
            return agent.Enrolment.SealingEpoch == 2;
        });
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_heartbeat_that_is_refused_ends_the_connection_and_is_logged()
    {
        relay.State.Onboards(new OnboardingState(true, 1));
        using var worker = Worker();
        await worker.StartAsync(Cancellation);
        await UntilAsync(() => workerLog.Ids.Contains(31015));
        relay.State.OnHello = _ => new HelloReply(false, Problems.AgentTooOld.Code, DateTimeOffset.UnixEpoch, null, "too old");

        await UntilAsync(() =>
        {
            agent.Time.Advance(TimeSpan.FromMinutes(1));
            return workerLog.Ids.Contains(32001);
        });
        Assert.Contains(32015, workerLog.Ids);
        await worker.StopAsync(Cancellation);
    }

    private async Task TellAsync(OnboardingState state)
    {
        relay.State.Onboards(state);
        await relay.Hub.Clients.All.SendAsync(nameof(IAgentMethods.Onboarded), state, Cancellation);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(10, Cancellation);
        }

        Assert.True(condition(), "It never happened.");
    }

    private RelayConnector Connector() => new(handler, new ServiceCalls(handler, relay.Address), agent.Enrolment, agent.Runner, agent.Preflight, NullLoggerFactory.Instance);

    private RelayGreeter Greeter(params string[] domains) => new(
        new RelayIntroduction(relay.Address, agent.Enrolment, domains is [] ? [ScriptedAgent.Domain] : domains, []),
        failure is null ? agent.Keys : new SealingKeys(agent.Enrolment, failure, agent.Time),
        agent.Time,
        log);

    private RelayWorker Worker() => new(
        Connector(),
        Greeter(),
        agent.Runner,
        new UserImporter(null!, null!, new ImportSettings { Enabled = false }, null!, agent.Time, NullLogger<UserImporter>.Instance),
        new RelayIntroduction(relay.Address, agent.Enrolment, [ScriptedAgent.Domain], []),
        agent.Time,
        workerLog);

    private async Task<Greeting> GreetAsync(params string[] domains)
    {
        await using var connection = await Connector().ConnectAsync(agent.Time, Cancellation);
        return await Greeter(domains).GreetAsync(connection, Cancellation);
    }
}
