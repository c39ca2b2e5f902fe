namespace Tagasi.Simulation.Engine;

/// <summary>The wall clock of one host, which may be wrong and may be set. It outlives the host's processes.</summary>
internal sealed class HostClock(World world)
{
    public TimeSpan Error { get; set; }

    public DateTimeOffset Now => world.TrueTime + Error;
}
