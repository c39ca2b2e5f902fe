using Tagasi.Simulation.Runs;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>The seeds of every test run.</summary>
public sealed class SeedTests
{
    [Fact]
    public void Ten_thousand_seeds_break_no_invariant() => Assert.Empty(new SeedRange(1, 10_000).Run());
}
