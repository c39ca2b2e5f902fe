using Tagasi.ActiveDirectory;
using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Forest;

/// <summary>One domain controller. What reaches it while it stands still lies in its sockets until it goes on; while it is down nothing reaches it.</summary>
internal sealed class DomainController
{
    private readonly World world;
    private readonly HostClock clock;
    private readonly Dictionary<Guid, Replica> replicas = [];
    private long usn = 1000;

    public DomainController(World world, string name, Guid invocationId, HostClock clock)
    {
        (this.world, Name, InvocationId, this.clock) = (world, name, invocationId, clock);
        var before = new PasswordStamp(1, Guid.Empty, World.Beginning.AddDays(-90));
        foreach (var user in SimulatedUser.All)
        {
            replicas[user.ObjectGuid] = new Replica("old " + user.Name, World.Beginning.AddDays(-90).ToFileTime(), before, 0, before, usn++);
        }
    }

    public string Name { get; }

    public Guid InvocationId { get; }

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

    /// <summary>Sets a password, or a lockout, or ends one.</summary>
    public Replica Write(Guid account, Modify modify, bool mustChange)
    {
        var before = replicas[account];
        var after = before with { UpdateSequenceNumber = usn++ };
        if (modify.New is { } password)
        {
            after = after with { Password = password, PasswordLastSet = mustChange ? 0 : Time.ToFileTime(), PasswordStamp = StampAfter(before.PasswordStamp) };
        }

        return replicas[account] = modify.Unlocks ? after with { LockoutTime = 0, LockoutStamp = StampAfter(before.LockoutStamp) } : after;
    }

    /// <summary>Too many wrong passwords came from somewhere. Of an account that is locked out already they are not counted.</summary>
    public Replica LockOut(Guid account)
    {
        var before = replicas[account];
        return before.IsLockedOut ? before : replicas[account] = before with { LockoutTime = Time.ToFileTime(), LockoutStamp = StampAfter(before.LockoutStamp), UpdateSequenceNumber = usn++ };
    }

    /// <summary>What another domain controller has comes here. What is not newer moves nothing.</summary>
    public void Take(Guid account, Replica other)
    {
        if (replicas[account].Merge(other) is var merged && merged != replicas[account])
        {
            replicas[account] = merged with { UpdateSequenceNumber = usn++ };
        }
    }

    private PasswordStamp StampAfter(PasswordStamp before) => new(before.Version + 1, InvocationId, WholeSeconds);
}
