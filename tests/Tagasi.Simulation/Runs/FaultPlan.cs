using Tagasi.Simulation.Disk;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Network;

namespace Tagasi.Simulation.Runs;

/// <summary>What goes wrong in one run. Most kinds of fault are absent from most runs, so that some stand out and the rest of the path is walked.</summary>
/// <remarks>Swarm testing (Groce and others, 2012): runs that each leave out a part find more than runs that all have everything.</remarks>
internal sealed class FaultPlan(Dice dice)
{
    private const double Present = 0.3;

    public int Agents { get; } = 1 + dice.Below(3);

    public int People { get; } = 1 + dice.Below(3);

    public bool HasHelpdesk { get; } = dice.Chance(0.15);

    /// <summary>Writes that each agent allows in five minutes.</summary>
    public int Limit { get; } = dice.Chance(0.15) ? 1 + dice.Below(2) : 50;

    public LinkFaults Links { get; } = new()
    {
        Lost = Rate(dice, 0.3),
        Duplicated = Rate(dice, 0.5),
        Late = Rate(dice, 0.4),
        Forged = Rate(dice, 0.3),
        HalfOpen = Rate(dice, 1),
    };

    public DirectoryFaults Directory { get; } = new()
    {
        LostBefore = Rate(dice, 0.6),
        LostAfter = Rate(dice, 0.6),
        Lie = Rate(dice, 0.4),
        Refuse = Rate(dice, 0.5),
        ReadLost = Rate(dice, 0.4),
        Slow = Rate(dice, 0.5),
        IsUnexpireMissing = dice.Chance(0.1),
        AreStampsHidden = dice.Chance(0.5),
        LongestReplicationLagSeconds = dice.Chance(Present) ? 40 : 2,
    };

    /// <summary>Without stamps, and with a pwdLastSet of 0 before and after, only uSNChanged tells of a write, and that moves with a lockout too (decision 0017).</summary>
    public bool HasLockouts => !(Directory.AreStampsHidden && (Directory.IsUnexpireMissing || HasHelpdesk));

    public DiskFaults Disk { get; } = new() { Full = Rate(dice, 0.5), FlushFails = Rate(dice, 0.3), Slow = Rate(dice, 0.5) };

    public double AgentKilledAtStep { get; } = Rate(dice, 0.08);

    public double ServiceKilledAtStep { get; } = Rate(dice, 0.01);

    public double AgentStoodStillAtStep { get; } = Rate(dice, 0.03);

    public double ServiceStoodStillAtStep { get; } = Rate(dice, 0.005);

    /// <summary>What befalls at a moment of its own, and when.</summary>
    public IReadOnlyList<(TimeSpan At, Blow Blow)> Blows { get; } = DrawBlows(dice);

    private static double Rate(Dice dice, double most) => dice.Chance(Present) ? dice.Fraction() * most : 0;

    private static List<(TimeSpan At, Blow Blow)> DrawBlows(Dice dice)
    {
        var blows = new List<(TimeSpan, Blow)>();
        foreach (var blow in Enum.GetValues<Blow>())
        {
            for (var times = dice.Chance(Present) ? 1 + dice.Below(2) : 0; times > 0; times--)
            {
                blows.Add((dice.Seconds(0, 30), blow));
            }
        }

        return blows;
    }
}

/// <summary>What can befall the world at one moment.</summary>
internal enum Blow
{
    AgentKilled,
    AgentStopped,
    AgentStoodStill,
    AgentClockSet,
    AgentGetsAnotherSealingKey,
    AgentRevoked,
    AgentHostLost,
    WritebackDisabled,
    AgentCutOff,
    ServiceKilled,
    ServiceStoodStill,
    ServiceClockSet,
    ControllerDown,
    ControllerStoodStill,
    PdcEmulatorTransferred,
    AccountLockedOut,
    JournalLost,
}
