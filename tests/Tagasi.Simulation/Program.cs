using Tagasi.Simulation.Runs;
using Tagasi.Simulation.Sabotage;
using Xunit.MicrosoftTestingPlatform;

namespace Tagasi.Simulation;

/// <summary>Runs seeds, or, without any, the project's tests.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        ["--seed", var seed, "--trace"] => Replay(ulong.Parse(seed, System.Globalization.CultureInfo.InvariantCulture), true),
        ["--seed", var seed] => Replay(ulong.Parse(seed, System.Globalization.CultureInfo.InvariantCulture), false),
        ["--sabotage", var name, "--seeds", var range] => await SeedRange.Parse(range).RunAsync(Console.Out, Sabotages.All[name]),
        ["--seeds", var range, "--until-failure"] => await SeedRange.Parse(range).RunAsync(Console.Out, new Saboteur()),
        ["--seeds", var range] => await SeedRange.Parse(range).RunAsync(Console.Out),
        _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };

    private static int Replay(ulong seed, bool withTrace)
    {
        using var scenario = new Scenario(seed);
        var violation = scenario.Run();
        if (withTrace)
        {
            Console.Out.Write(scenario.World.Trace);
        }

        Console.Out.WriteLine($"seed {seed}: {violation ?? "all invariants hold"}");
        return violation is null ? 0 : 1;
    }
}
