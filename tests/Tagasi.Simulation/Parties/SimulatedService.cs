using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Cloud.Administration;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol.Relay;
using Tagasi.Simulation.Database;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Network;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>The service: the production state machines on their database, started anew after each death.</summary>
internal sealed class SimulatedService(Scenario scenario, SimulatedDatabase database)
{
    private readonly World world = scenario.World;
    private readonly Dictionary<string, SimulatedCaller> callers = new(StringComparer.Ordinal);
    private readonly List<Action> whenKilled = [];
    private Pages pages = null!;
    private Func<SimulatedCaller, RelayHub> createHub = null!;

    public static Guid TenantId { get; } = new(4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    /// <summary>In which the tenant begins.</summary>
    public const long FirstEpoch = 1;

    public HostClock Clock { get; } = new(scenario.World);

    public SimulatedProcess? Process { get; private set; }

    /// <summary>The chance of being killed in place of any one step.</summary>
    public double KilledAtStep { get; set; }

    /// <summary>The chance of standing still before any one step.</summary>
    public double StoodStillAtStep { get; set; }

    public IDbContextFactory<CloudDb> Databases { get; } = database.Contexts;

    public void Start()
    {
        var process = new SimulatedProcess(world, "service");
        process.BeforeStep = () =>
        {
            if (world.Dice.Chance(KilledAtStep))
            {
                Kill();
            }
            else if (world.Dice.Chance(StoodStillAtStep))
            {
                world.StandStill(process);
            }
        };
        Process = process;
        world.Note("service starts");
        foreach (var caller in callers.Values)
        {
            caller.Dispose();
        }

        callers.Clear();
        Compose(process, new ProcessTime(world, process, Clock));
    }

    public void Kill()
    {
        if (Process is not { IsAlive: true } process)
        {
            return;
        }

        world.Note("service dies");
        process.Kill();
        database.Abandon();
        scenario.Network.Died(process);
        foreach (var tell in whenKilled.ToList())
        {
            tell();
        }

        world.After(world.Dice.Seconds(0.5, 10), null, Start);
    }

    /// <summary>What a page asks of the service, over a network that may lose question or answer.</summary>
    /// <exception cref="IOException">No answer; whether it was done is not known.</exception>
    public async Task<T> AskAsync<T>(SimulatedProcess browser, Func<Pages, Task<T>> question)
    {
        var answer = new TaskCompletionSource<T>();
        void Lose() => world.After(TimeSpan.Zero, browser, () => answer.TrySetException(new IOException("no answer")));
        whenKilled.Add(Lose);
        await world.Delay(scenario.Network.Latency(), browser);
        if (Process is not { IsAlive: true } process || world.Dice.Chance(scenario.Network.Faults.Lost))
        {
            Lose();
        }
        else
        {
            process.Start(async () =>
            {
                var result = await question(pages);
                world.After(scenario.Network.Latency(), browser, () => answer.TrySetResult(result));
            });
        }

        try
        {
            return await answer.Task;
        }
        finally
        {
            whenKilled.Remove(Lose);
        }
    }

    /// <summary>An agent's first words on a connection.</summary>
    public void Greet(Connection connection, AgentHello hello, Action<HelloReply> reply) => connection.ServiceSide.Start(async () =>
    {
        if (!callers.TryGetValue(connection.Id, out var caller))
        {
            callers.Add(connection.Id, caller = new SimulatedCaller(connection, () => scenario.Network.Close(connection)));
        }

        if (!connection.IsOpenAtService)
        {
            caller.End();
        }

        using var hub = createHub(caller);
        reply(await hub.Hello(hello));
    });

    public void Disconnected(Connection connection)
    {
        if (callers.TryGetValue(connection.Id, out var caller))
        {
            caller.End();
            connection.ServiceSide.Start(async () =>
            {
                using var hub = createHub(caller);
                await hub.OnDisconnectedAsync(null);
            });
        }
    }

    private void Compose(SimulatedProcess process, TimeProvider time)
    {
        var databases = Databases;
        var audit = new AuditLog(databases, time);
        var sessions = new RecoverySessions(databases, time);
        var connected = new ConnectedAgents(time);
        var calls = new AgentCalls(scenario.Sabotage.Wire(new SimulatedWire(world, scenario.Network, scenario.Ledger, process, time), connected), time);
        var outcomes = new RequestOutcomes(databases, sessions, audit, time, NullLogger<RequestOutcomes>.Instance);
        var runner = new RequestRunner(databases, connected, calls, sessions, outcomes, time, NullLogger<RequestRunner>.Instance);
        var tickets = new TicketIssuer(databases, Keys.Service, new SeededRandom(world.Dice.Fork()), time);
        pages = new Pages(
            new NewPassword(databases, sessions, connected, calls, tickets, runner, audit, time), new AdministratorReset(databases, connected, calls, tickets, runner, audit));
        var import = new UserImport(databases, time, audit);
        var admission = new AgentAdmission(databases, new CloudSettings(), audit, time);
        createHub = caller => new RelayHub(connected, admission, databases, import, audit, time) { Context = caller };
        Background.Run(process, new RequestResolver(databases, connected, calls, outcomes, time, NullLogger<RequestResolver>.Instance));
        var leases = new LeaseEnding(databases, connected, calls, outcomes, NullLogger<LeaseEnding>.Instance);
        Background.Run(process, new OnboardingWatch(databases, connected, calls, leases, time, NullLogger<OnboardingWatch>.Instance));
        Background.Run(process, new AgentWatch(databases, connected, time, NullLogger<AgentWatch>.Instance));
    }
}

/// <summary>What browsers can ask of the service.</summary>
internal sealed record Pages(NewPassword Portal, AdministratorReset Administration);
