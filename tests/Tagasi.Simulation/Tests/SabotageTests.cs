using Tagasi.Simulation.Runs;
using Tagasi.Simulation.Sabotage;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>That the simulator finds bugs: each of these is one, put in on purpose.</summary>
public sealed class SabotageTests
{
    private const ulong MostSeeds = 3000;

    public static TheoryData<string> Names => [.. Sabotages.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bug_that_is_put_in_on_purpose_is_caught(string name) => Assert.NotEmpty(new SeedRange(1, MostSeeds).Run(Sabotages.All[name]));
}
