using Tagasi.Simulation.Runs;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>The seeds of every test run.</summary>
public sealed class SeedTests
{
    [Theory]
    [InlineData(6379)] // What was stopped twice went on twice. docs/reliability.md
    public void Seeds_that_failed_once_fail_no_more(ulong seed) => Assert.Empty(new SeedRange(seed, seed).Run());

    [Fact]
    public void Ten_thousand_seeds_break_no_invariant() => Assert.Empty(new SeedRange(1, 10_000).Run());
}
