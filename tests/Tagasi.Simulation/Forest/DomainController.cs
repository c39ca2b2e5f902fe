using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Forest;

/// <summary>One domain controller. What reaches it while it stands still lies in its sockets until it goes on; while it is down nothing reaches it.</summary>
internal sealed class DomainController
{
    private readonly World world;
    private readonly HostClock clock;
    private readonly Dictionary<Guid, Replica> replicas = [];
    private long usn = 1000;

    public DomainController(World world, string name, HostClock clock)
    {
        (this.world, Name, this.clock) = (world, name, clock);
        foreach (var user in SimulatedUser.All)
        {
            replicas[user.ObjectGuid] = new Replica("old " + user.Name, World.Beginning.AddDays(-90).ToFileTime(), 1, World.Beginning.AddDays(-90), usn++);
        }
    }

    public string Name { get; }

    public TimeSpan DownUntil { get; set; }

    public TimeSpan StillUntil { get; set; }

    public bool IsDown => DownUntil > world.Now;

    /// <summary>Modifies that lie in its sockets or are being worked off.</summary>
    public int Pending { get; set; }

    public DateTimeOffset Time => clock.Now;

    /// <summary>rootDSE's currentTime has whole seconds.</summary>
    public DateTimeOffset WholeSeconds => new(Time.Ticks - (Time.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    public Replica Show(Guid account) => replicas[account];

    /// <summary>Works something off once it moves, having taken a while; never, if it went down before.</summary>
    public void WorkOff(TimeSpan taking, Action<bool> done) => world.After(taking, null, () =>
    {
        if (IsDown)
        {
            done(false);
        }
        else if (StillUntil > world.Now)
        {
            world.After(StillUntil - world.Now, null, () => WorkOff(taking, done));
        }
        else
        {
            done(true);
        }
    });

    /// <summary>Sets a password. Without the right to unexpire it, it must be changed at the next sign-in: pwdLastSet is 0.</summary>
    public Replica Write(Guid account, string password, bool mustChange)
    {
        var before = replicas[account];
        return replicas[account] = new Replica(password, mustChange ? 0 : Time.ToFileTime(), before.Version + 1, Time, usn++);
    }

    public void Take(Guid account, Replica other)
    {
        if (replicas[account].IsBefore(other))
        {
            replicas[account] = other with { UpdateSequenceNumber = usn++ };
        }
    }
}
