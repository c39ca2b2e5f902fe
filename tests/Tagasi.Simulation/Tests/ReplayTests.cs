using Tagasi.Simulation.Runs;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>That a seed is all there is to a run. A run that left its one thread would not come out twice the same, and fails by itself.</summary>
public sealed class ReplayTests
{
    [Fact]
    public void A_seed_gives_the_same_trace_to_the_byte()
    {
        for (var seed = 1UL; seed <= 50; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }
    }

    [Fact]
    public void Another_seed_gives_another_trace() => Assert.NotEqual(TraceOf(1), TraceOf(2));

    private static string TraceOf(ulong seed)
    {
        using var scenario = new Scenario(seed);
        scenario.Run();
        return scenario.World.Trace;
    }
}
