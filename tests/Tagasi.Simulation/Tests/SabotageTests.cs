using Tagasi.Simulation.Runs;
using Tagasi.Simulation.Sabotage;
using Xunit;

namespace Tagasi.Simulation.Tests;

/// <summary>That the simulator finds bugs: each of these is one, put in on purpose.</summary>
public sealed class SabotageTests
{
    private const ulong MostSeeds = 3000;

    // Where the search begins for those that take many seeds: where they were caught last. It goes on from there when the code has changed.
    private static readonly Dictionary<string, ulong> Caught = new(StringComparer.Ordinal)
    {
        ["a look that was not answered is taken for unchanged"] = 1130,
    };

    public static TheoryData<string> Names => [.. Sabotages.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bug_that_is_put_in_on_purpose_is_caught(string name)
    {
        var first = Caught.GetValueOrDefault(name, 1UL);
        Assert.NotEmpty(new SeedRange(first, first + MostSeeds - 1).Run(Sabotages.All[name]));
    }
}
