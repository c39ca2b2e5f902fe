using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Relay;
using Tagasi.Ldap;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using AgentRunner = Tagasi.Agent.Writeback.RequestRunner;

namespace Tagasi.Bench;

/// <summary>What one agent can do: its whole path from order to signed result over the relay, its journal on disk, with a directory that takes no time.</summary>
internal sealed class StubBench : IAsyncDisposable
{
    private const int Width = 64;
    private const int PerRound = 50 * Width;
    private const int Rounds = 4;
    private const double Aim = 1000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private long sequence;

    private StubBench(RunningService service, HttpMessageHandler handler, HubConnection connection, JournalFile journal) =>
        (Service, Handler, Connection, Journal) = (service, handler, connection, journal);

    private RunningService Service { get; }

    private HttpMessageHandler Handler { get; }

    private HubConnection Connection { get; }

    private JournalFile Journal { get; }

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var bench = await StartAsync();
        return [.. await bench.MeasureOrdersAsync(), .. await bench.MeasureResetsAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        Journal.Dispose();
        Handler.Dispose();
        await Service.DisposeAsync();
    }

    private static async Task<StubBench> StartAsync()
    {
        var service = await RunningService.StartAsync();
        var handler = ServiceHttp.CreateHandler(new ServiceSettings { Address = service.Address, Authority = service.Authority });
        var enrolment = await BareAgent.EnrolAsync(service, handler);
        var journal = new JournalFile(service.FolderFor("journal"));
        WritebackJournal.Begin(journal);
        var keys = new SealingKeys(enrolment, _ => { }, TimeProvider.System);
        var runner = Compose(enrolment, keys, WritebackJournal.Open(journal, TimeProvider.System));
        var connection = await BareAgent.ConnectAsync(service, handler, enrolment, keys, connection => RelayConnector.AnswerOrders(connection, runner));
        return new StubBench(service, handler, connection, journal);
    }

    private static AgentRunner Compose(EnrolmentRecord enrolment, SealingKeys keys, WritebackJournal journal)
    {
        var time = TimeProvider.System;
        var directories = new Dictionary<string, IDirectory>(StringComparer.Ordinal) { [RunningService.Domain] = new StubDirectory(time) };
        var context = new WritebackContext(
            new TicketGate(enrolment.ImportServiceKey(), enrolment.TenantId, directories.Keys, time),
            new LocalPolicy(new Scope([LdapDn.Parse(StubDirectory.People)], []), new ProtectedAccounts([], [], [North.ServiceAccount])),
            new RateBreaker(int.MaxValue, journal.WriteTimes, time),
            new WrongPasswords(journal.PasswordTries, time),
            keys,
            new KnownAgents([]),
            directories,
            time);
        var writer = new PasswordWriter(context, journal, NullLogger<PasswordWriter>.Instance);
        return new AgentRunner(
            context, journal, writer, new OutcomeResolver(directories, time), new Answers(enrolment.ImportIdentityKey(), time), NullLogger<AgentRunner>.Instance);
    }

    // Tickets and envelopes are made beforehand: the browser makes the latter, and the former are a part of the whole path below.
    private async Task<IReadOnlyList<Figure>> MeasureOrdersAsync()
    {
        var calls = Service.Services.GetRequiredService<AgentCalls>();
        var agent = Service.Services.GetRequiredService<ConnectedAgents>().For(Service.TenantId, RunningService.Domain, RunningService.Epoch)[0];
        var identity = await Service.IdentityKeyAsync(agent.AgentId);
        var measured = new Measured();
        for (var round = -1; round < Rounds; round++)
        {
            var orders = Enumerable.Range(0, PerRound).Select(_ => Order(agent.SealingKey)).ToArray();
            measured.Add(round >= 0, await Measured.OfAsync(() => Samples.OfAsync(PerRound, Width, async (lane, turn) =>
            {
                var answer = await calls.CarryOutAsync(agent, orders[(lane * PerRound / Width) + turn], Deadline);
                if (SignedResult.Verify(answer, identity) is not { Outcome: Outcome.Applied })
                {
                    throw new InvalidOperationException(answer);
                }
            })));
        }

        return measured.Tell("stub.orders", Aim);
    }

    private async Task<IReadOnlyList<Figure>> MeasureResetsAsync()
    {
        var users = await Service.AddUsersAsync(Width);
        var browsers = Enumerable.Range(0, Width).Select(_ => new Browser(Service.Connect(), Service.AdmitBrowser())).ToArray();
        var measured = new Measured();
        for (var round = -1; round < Rounds; round++)
        {
            var turns = PerRound / Width / 5;
            var secrets = await Service.ProveAsync([.. Enumerable.Range(0, turns).SelectMany(_ => users)]);
            measured.Add(round >= 0, await Measured.OfAsync(() => Samples.OfAsync(turns * Width, Width, (lane, turn) =>
                browsers[lane].WriteAsync(Operation.Reset, secrets[lane + (turn * Width)], "Nobody will have this 1", ""))));
        }

        return measured.Tell("stub.resets", null);
    }

    private WritebackOrder Order(SealingKey key)
    {
        var service = Service.Services.GetRequiredService<ServiceSigningKey>();
        var now = TimeProvider.System.GetUtcNow();
        var ticket = SignedTicket.Sign(
            new Ticket(1, service.Id, Service.TenantId, RunningService.Domain, Guid.NewGuid(), Operation.Reset, Guid.NewGuid(), ++sequence, now, now + Ticket.Lifetime, "bench"), service.Key);
        return new WritebackOrder(ticket.Compact, EnvelopeSealer.Seal("Nobody will have this 1", ticket.Hash, [key]));
    }
}
