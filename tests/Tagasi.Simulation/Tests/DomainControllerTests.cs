using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>What a domain controller that stands still may and may not do with what lies in its sockets.</summary>
public sealed class DomainControllerTests
{
    // What seed 6379 showed at c016380. docs/reliability.md
    [Fact]
    public void Stopped_twice_it_goes_on_once_for_everything()
    {
        var world = new World(1);
        var controller = new DomainController(world, "dc1", Guid.Empty, new HostClock(world));
        var done = new List<(string What, TimeSpan At)>();
        world.After(TimeSpan.FromSeconds(1), null, () => controller.StillUntil = world.LaterThan(controller.StillUntil, TimeSpan.FromSeconds(9)));
        world.After(TimeSpan.FromSeconds(2), null, () => controller.WorkOff(TimeSpan.FromMilliseconds(1), _ => done.Add(("write", world.Now))));
        world.After(TimeSpan.FromSeconds(3), null, () => controller.StillUntil = world.LaterThan(controller.StillUntil, TimeSpan.FromSeconds(60)));
        world.After(TimeSpan.FromSeconds(20), null, () => controller.WorkOff(TimeSpan.FromMilliseconds(1), _ => done.Add(("look", world.Now))));
        world.RunUntil(TimeSpan.FromMinutes(5), () => false);

        Assert.All(done, one => Assert.True(one.At >= TimeSpan.FromSeconds(63), one.ToString()));
        Assert.Equal(2, done.Count);
    }
}
