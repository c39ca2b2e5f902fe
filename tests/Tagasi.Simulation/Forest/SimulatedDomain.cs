using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Forest;

/// <summary>A domain of two domain controllers: who is the PDC emulator, and how changes pass between them.</summary>
internal sealed class SimulatedDomain
{
    private readonly World world;
    private readonly Ledger ledger;

    public SimulatedDomain(World world, Ledger ledger, DirectoryFaults faults)
    {
        (this.world, this.ledger, Faults) = (world, ledger, faults);
        Controllers = [Controller("dc1", 1), Controller("dc2", 2)];
        PdcEmulator = Controllers[0];
    }

    public const string Name = "north.example";
    public const string Sid = "S-1-5-21-1-2-3";

    public IReadOnlyList<DomainController> Controllers { get; }

    public DirectoryFaults Faults { get; set; }

    public DomainController PdcEmulator { get; private set; }

    public int Pending => Controllers.Sum(controller => controller.Pending);

    public DomainController ByName(string name) => Controllers.Single(controller => controller.Name == name);

    public void TransferPdcEmulator()
    {
        PdcEmulator = Controllers.First(controller => controller != PdcEmulator);
        world.Note($"{PdcEmulator.Name} is the PDC emulator");
    }

    /// <summary>A modify takes effect.</summary>
    /// <param name="request">Whose it is.</param>
    public void Apply(DomainController at, SimulatedUser user, Modify modify, TrueRequest request)
    {
        // Without the right to unexpire it, a password that was reset must be changed at the next sign-in.
        var replica = at.Write(user.ObjectGuid, modify, modify.MustChange || (modify.Old is null && Faults.IsUnexpireMissing));
        world.Note($"{at.Name} carries out {modify} for {user.Name}");
        ledger.TookEffect(request, at.Name, modify);
        Replicate(Controllers.First(other => other != at), user, replica);
    }

    /// <summary>An account is locked out where wrong passwords are counted.</summary>
    public void LockOut(SimulatedUser user)
    {
        var at = PdcEmulator;
        world.Note($"{user.Name} is locked out at {at.Name}");
        ledger.LockedOut(user.ObjectGuid);
        Replicate(Controllers.First(other => other != at), user, at.LockOut(user.ObjectGuid));
    }

    private DomainController Controller(string host, byte number) =>
        new(world, $"{host}.{Name}", new Guid(6, 0, 0, 0, 0, 0, 0, 0, 0, 0, number), new HostClock(world) { Error = world.Dice.Seconds(-1, 1) });

    private void Replicate(DomainController to, SimulatedUser user, Replica replica)
    {
        var lag = world.Dice.Seconds(0.05, Faults.LongestReplicationLagSeconds);
        world.After(lag, null, () =>
        {
            if (to.IsDown)
            {
                Replicate(to, user, replica);
            }
            else
            {
                var before = to.Show(user.ObjectGuid);
                to.Take(user.ObjectGuid, replica);
                ledger.Replicated(user.ObjectGuid, to.Name, before, to.Show(user.ObjectGuid));
            }
        });
    }
}

/// <summary>How ill the directory behaves in one run. Probabilities are per request to a domain controller.</summary>
internal sealed record DirectoryFaults
{
    /// <summary>No answer, though nothing was done.</summary>
    public double LostBefore { get; init; }

    /// <summary>No answer, and it takes effect at once or a while later.</summary>
    public double LostAfter { get; init; }

    /// <summary>Success is answered, and nothing was done, or it is done only a while later.</summary>
    public double Lie { get; init; }

    /// <summary>The domain's policy, or a domain controller that is busy, says no.</summary>
    public double Refuse { get; init; }

    /// <summary>A read or a look is not answered.</summary>
    public double ReadLost { get; init; }

    /// <summary>Connecting or reading takes seconds.</summary>
    public double Slow { get; init; }

    /// <summary>The delegated account lacks Unexpire Password.</summary>
    public bool IsUnexpireMissing { get; init; }

    /// <summary>Nor may it read replPropertyMetaData, so that pwdLastSet alone tells of a write.</summary>
    public bool AreStampsHidden { get; init; }

    public double LongestReplicationLagSeconds { get; init; } = 2;

    public DirectoryFaults None() => new() { IsUnexpireMissing = IsUnexpireMissing, AreStampsHidden = AreStampsHidden, LongestReplicationLagSeconds = LongestReplicationLagSeconds };
}
