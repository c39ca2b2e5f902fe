using Tagasi.Simulation.Runs;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>The seeds of every test run.</summary>
public sealed class SeedTests
{
    [Theory]
    [InlineData(1865)] // What each of them has shown is in docs/reliability.md, and in words in a test of its own: in another commit a seed is another run.
    [InlineData(6379)]
    [InlineData(1011104)]
    [InlineData(3203251)]
    [InlineData(4007493)]
    [InlineData(4008676)]
    [InlineData(4211535)]
    [InlineData(8200933)]
    [InlineData(8201262)]
    [InlineData(8204266)]
    [InlineData(9210422)]
    public void Seeds_that_failed_once_fail_no_more(ulong seed) => Assert.Empty(new SeedRange(seed, seed).Run());

    [Fact]
    public void Ten_thousand_seeds_break_no_invariant() => Assert.Empty(new SeedRange(1, 10_000).Run());
}
