using Tagasi.Agent.Journal;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Database;
using Tagasi.Simulation.Disk;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Network;
using Tagasi.Simulation.Parties;
using Tagasi.Simulation.Sabotage;

namespace Tagasi.Simulation.Runs;

/// <summary>One run: a service, its agents, a domain and people, in a world of one seed. Faults for a while, then health, then the last checks.</summary>
internal sealed class Scenario : IDisposable
{
    /// <summary>From then on nothing new goes wrong; what is stuck has the time until <see cref="End"/>.</summary>
    private static readonly TimeSpan Health = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly SimulatedDatabase database;
    private readonly List<SimulatedAgent> agents = [];
    private readonly List<IParty> parties = [];
    private readonly FaultPlan plan;
    private TimeSpan lookedAt;

    public Scenario(ulong seed, Saboteur? sabotage = null)
    {
        Sabotage = sabotage ?? new Saboteur();
        World = new World(seed);
        plan = new FaultPlan(World.Dice);
        database = new SimulatedDatabase(World);
        Ledger = new Ledger(World, plan.Limit);
        Network = new RelayNetwork(World) { Faults = plan.Links };
        Domain = new SimulatedDomain(World, Ledger, plan.Directory);
        Service = new SimulatedService(this, database) { KilledAtStep = plan.ServiceKilledAtStep, StoodStillAtStep = plan.ServiceStoodStillAtStep };
        for (var number = 0; number < plan.Agents; number++)
        {
            AddAgent();
        }

        AddPeople();
    }

    public World World { get; }

    public Ledger Ledger { get; }

    public RelayNetwork Network { get; }

    public SimulatedDomain Domain { get; }

    public SimulatedService Service { get; }

    public Saboteur Sabotage { get; }

    public IReadOnlyList<SimulatedAgent> Agents => agents;

    /// <returns>What was broken; null: nothing.</returns>
    public string? Run()
    {
        Service.Start();
        foreach (var agent in agents)
        {
            agent.Start();
        }

        var blows = new Blows(this);
        foreach (var (at, blow) in plan.Blows.Where(one => plan.HasLockouts || one.Blow is not Blow.AccountLockedOut))
        {
            World.After(at, null, () => blows.Strike(blow));
        }

        World.After(Health, null, Heal);
        World.RunUntil(End, IsOver);
        if (World.Violation is null)
        {
            World.IsOver = true;
            database.Abandon();
            new LastChecks(this, database).Check();
        }

        return World.Violation;
    }

    /// <summary>A host is enrolled; it has a number, keys and an empty disk of its own.</summary>
    public SimulatedAgent AddAgent()
    {
        var agent = new SimulatedAgent(this, agents.Count, plan.Limit);
        WritebackJournal.Begin(agent.Disk);
        if (World.Now < Health)
        {
            (agent.KilledAtStep, agent.StoodStillAtStep, agent.Disk.Faults) = (plan.AgentKilledAtStep, plan.AgentStoodStillAtStep, plan.Disk);
        }

        agents.Add(agent);
        return agent;
    }

    public void Dispose()
    {
        World.IsOver = true;
        database.Dispose();
    }

    private void AddPeople()
    {
        var browsers = new SimulatedProcess(World, "browsers");
        using var db = database.Look();
        for (var number = 0; number < plan.People; number++)
        {
            // Mostly the same account, so that requests meet; sometimes one that must not be touched.
            var user = World.Dice.Chance(0.8) ? 0 : World.Dice.Below(SimulatedUser.All.Count);
            var operation = World.Dice.Chance(0.5) ? Operation.Reset : World.Dice.Pick([Operation.Change, Operation.ForcedChange, Operation.Unlock]);
            var secret = $"secret {number}";
            db.RecoverySessions.Add(new RecoverySession
            {
                Id = new Guid(5, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number + 1)),
                TenantId = SimulatedService.TenantId,
                UserId = SimulatedDatabase.UserId(user),
                Actor = SimulatedUser.All[user].Name,
                SecretHash = RecoverySession.HashSecret(secret),
                CodeHash = [1],
                Step = RecoveryStep.Proven,
                StartedAt = World.Beginning,
                ExpiresAt = World.Beginning + RecoverySession.Lifetime,
                ProvenAt = World.Beginning,
            });
            if (operation is Operation.Unlock && plan.HasLockouts && World.Dice.Chance(0.8))
            {
                Domain.LockOut(SimulatedUser.All[user]);
            }

            Add(new Person(this, number, SimulatedUser.All[user], operation, secret, browsers), browsers);
        }

        db.SaveChanges();
        if (plan.HasHelpdesk)
        {
            Add(new Helpdesk(this, 0, browsers), browsers);
        }
    }

    private void Add(IParty party, SimulatedProcess browsers)
    {
        parties.Add(party);
        World.After(World.Dice.Chance(0.01) ? World.Dice.Seconds(240, 600) : World.Dice.Seconds(1, 15), null, () => browsers.Start(party.RunAsync));
    }

    private void Heal()
    {
        World.Note("health");
        Network.Faults = new LinkFaults();
        Domain.Faults = plan.Directory.None();
        (Service.KilledAtStep, Service.StoodStillAtStep) = (0, 0);
        foreach (var agent in agents)
        {
            (agent.KilledAtStep, agent.StoodStillAtStep) = (0, 0);
            agent.Disk.Faults = new DiskFaults();
        }
    }

    private bool IsOver()
    {
        if (World.Now - lookedAt < LookInterval || !parties.TrueForAll(party => party.IsDone) || Network.InFlight > 0 || Domain.Pending > 0 || database.IsBusy)
        {
            return false;
        }

        lookedAt = World.Now;
        return new LastChecks(this, database).IsSettled();
    }
}
