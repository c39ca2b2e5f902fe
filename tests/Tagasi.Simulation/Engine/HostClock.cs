namespace Tagasi.Simulation.Engine;

/// <summary>The wall clock of one host, which may be wrong and may be set. It outlives the host's processes.</summary>
internal sealed class HostClock(World world)
{
    public TimeSpan Error
    {
        get;
        set
        {
            field = value;
            HasBeenOff |= value.Duration() > TimeSpan.FromSeconds(10);
        }
    }

    /// <summary>It was wrong once by more than ten seconds.</summary>
    public bool HasBeenOff { get; private set; }

    public DateTimeOffset Now => world.TrueTime + Error;
}
