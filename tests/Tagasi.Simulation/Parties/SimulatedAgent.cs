using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Ldap;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Disk;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>One agent's host: a disk, a clock, keys, and the production write path, started anew after each death.</summary>
internal sealed class SimulatedAgent(Scenario scenario, int number, int limit)
{
    private readonly World world = scenario.World;
    private WritebackJournal journal = null!;
    private RequestRunner runner = null!;
    private PreflightReader preflight = null!;
    private EnrolmentRecord? enrolment;
    private int generation;
    private bool isWithoutJournal;

    public string Name { get; } = $"agent {number + 1}";

    public Guid Id { get; } = IdOf(number);

    /// <summary>Which of <see cref="Keys"/> are its own.</summary>
    public int Number => number;

    public SimulatedDisk Disk { get; } = new(scenario.World, $"disk {number + 1}");

    public HostClock Clock { get; } = new(scenario.World);

    public SimulatedService Service => scenario.Service;

    public SimulatedProcess? Process { get; private set; }

    public bool IsRevoked { get; set; }

    public bool IsLost { get; private set; }

    /// <summary>It cannot tell any more what became of some requests.</summary>
    public bool HasLostJournal { get; private set; }

    /// <summary>The chance of being killed in place of any one step.</summary>
    public double KilledAtStep { get; set; }

    /// <summary>The chance of standing still before any one step.</summary>
    public double StoodStillAtStep { get; set; }

    public bool IsRunning => Process is { IsAlive: true };

    public static Guid IdOf(int number) => new(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number + 1));

    /// <summary>What a ticket says, for the simulator's own eyes: its signature is not looked at.</summary>
    public static Ticket Read(SignedTicket ticket) =>
        JsonSerializer.Deserialize(Base64Url.DecodeFromChars(ticket.Compact.Split('.')[1]), ProtocolJson.Default.Ticket)!;

    public void Start()
    {
        var process = new SimulatedProcess(world, Name);
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
        if (isWithoutJournal)
        {
            // Its administrator sets the clock right first, as the documents say.
            (isWithoutJournal, Clock.Error) = (false, TimeSpan.Zero);
        }

        Disk.Attach(process);
        var time = new ProcessTime(world, process, Clock);
        var keys = new SealingKeys(enrolment ??= Keys.Enrolment(Id, number, generation), Keep, time);
        try
        {
            Compose(process, time, keys);
        }
        catch (IOException)
        {
            // As its supervisor would: again in a while.
            world.Note($"{Name} cannot start");
            process.Kill();
            StartAfter(TimeSpan.FromSeconds(5));
            return;
        }

        world.Note($"{Name} starts");
        Background.Run(process, new OpenRequestWorker(runner, time));
        process.Start(() => new AgentLink(scenario, this, keys, process, time).KeepConnectedAsync());
        process.Start(() => EndWithJournalAsync(process));
    }

    /// <summary>Ends it without a word: killed, or its host without power.</summary>
    public void Kill()
    {
        if (!IsRunning)
        {
            return;
        }

        world.Note($"{Name} dies");
        Process!.Kill();
        Disk.LosePower();
        scenario.Network.Died(Process);
        StartAfter(world.Dice.Seconds(0.5, 15));
    }

    /// <summary>Ends it as an administrator would, waiting for what runs.</summary>
    public void Stop(bool withNewSealingKey)
    {
        if (!IsRunning)
        {
            return;
        }

        world.Note($"{Name} is asked to stop{(withNewSealingKey ? ", to have another sealing key" : "")}");
        var process = Process!;
        process.Start(() => EndAsync(process, withNewSealingKey));
    }

    /// <summary>Its host is gone for good, with its journal.</summary>
    public void Lose()
    {
        IsLost = true;
        Kill();
    }

    /// <summary>Its journal was damaged, and taken away. The clocks were right until then: what it forgot is told by them.</summary>
    public void LoseJournal()
    {
        if (IsRunning && !Clock.HasBeenOff && !Service.Clock.HasBeenOff)
        {
            world.Note($"{Name} loses its journal");
            (HasLostJournal, isWithoutJournal) = (true, true);
            Kill();
            Disk.Clear();
            scenario.Ledger.Forgot(Name);
        }
    }

    /// <summary>Answers one call of the service.</summary>
    public async Task<object> ServeAsync(string method, object call)
    {
        switch (call)
        {
            case ResolveRequest question when method == nameof(IAgentMethods.EndLease):
                scenario.Ledger.LeaseEnded(Read(new SignedTicket(question.Ticket)).RequestId);
                return Tell(await runner.EndLeaseAsync(question));
            case PreflightRequest request:
                return await preflight.ReadAsync(request);
            case WritebackOrder order:
                var ticket = Read(new SignedTicket(order.Ticket));
                scenario.Ledger.Received(ticket.RequestId, scenario.Domain.Controllers.Where(controller => !controller.Show(ticket.ObjectGuid).IsLockedOut).Select(controller => controller.Name));
                return Tell(await runner.CarryOutAsync(order));
            case ResolveRequest question:
                return Tell(await runner.ResolveAsync(question));
            default:
                throw new InvalidOperationException(call.GetType().Name);
        }
    }

    private string Tell(string signed)
    {
        scenario.Ledger.Answered(Name, signed);
        return signed;
    }

    private async Task EndAsync(SimulatedProcess process, bool withNewSealingKey)
    {
        await runner.StopAsync(RelayWorker.StopPatience);
        process.Kill();
        scenario.Network.Died(process);
        if (withNewSealingKey)
        {
            // Enrolled anew, as it were, in its own name.
            enrolment = Keys.Enrolment(Id, number, ++generation) with { SealingEpoch = 0 };
        }

        StartAfter(world.Dice.Seconds(0.5, 5));
    }

    // What JournalGuard and the agent's host do, and then its supervisor.
    private async Task EndWithJournalAsync(SimulatedProcess process)
    {
        await journal.Failure;
        world.Note($"{Name} cannot write its journal and ends");
        await EndAsync(process, withNewSealingKey: false);
    }

    private void StartAfter(TimeSpan delay) => world.After(delay, null, () =>
    {
        if (!IsRunning && !IsLost)
        {
            Start();
        }
    });

    private void Keep(EnrolmentRecord renewed)
    {
        if (world.Dice.Chance(Disk.Faults.Full))
        {
            throw new IOException("No space left on device");
        }

        enrolment = renewed;
    }

    private void Compose(SimulatedProcess process, TimeProvider time, SealingKeys keys)
    {
        var sabotage = scenario.Sabotage;
        journal = WritebackJournal.Open(sabotage.Journal(Disk), time);
        var policy = new LocalPolicy(
            new Scope([LdapDn.Parse("OU=People,DC=north,DC=example")], [LdapDn.Parse("OU=Board,OU=People,DC=north,DC=example")]),
            new ProtectedAccounts([], [], ["svc-tagasi@north.example"]));
        var view = sabotage.Directory(new DirectoryView(world, process, time, scenario.Domain, scenario.Ledger));
        var directories = new Dictionary<string, IDirectory>(StringComparer.Ordinal) { [SimulatedDomain.Name] = view };
        var context = new WritebackContext(
            new TicketGate(Keys.Service.Key, SimulatedService.TenantId, directories.Keys, time),
            policy,
            new RateBreaker(limit, journal.WriteTimes, time),
            new WrongPasswords(journal.PasswordTries, time),
            keys,
            new KnownAgents(Keys.IdentityIds),
            directories,
            time);
        var writer = new PasswordWriter(context, journal, NullLogger<PasswordWriter>.Instance);
        runner = new RequestRunner(
            context, journal, writer, new OutcomeResolver(directories, time), new Answers(Keys.Identity[number], time), NullLogger<RequestRunner>.Instance);
        preflight = new PreflightReader(context, NullLogger<PreflightReader>.Instance);
    }
}
