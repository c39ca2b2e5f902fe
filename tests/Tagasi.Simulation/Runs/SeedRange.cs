using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tagasi.Simulation.Sabotage;

namespace Tagasi.Simulation.Runs;

/// <summary>Many seeds, one a thread. What fails is printed with the command that shows it again.</summary>
internal sealed record SeedRange(ulong First, ulong Last)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    /// <param name="text">FROM..TO, both included.</param>
    public static SeedRange Parse(string text) =>
        text.Split("..") is [var first, var last]
            ? new SeedRange(ulong.Parse(first, CultureInfo.InvariantCulture), ulong.Parse(last, CultureInfo.InvariantCulture))
            : throw new FormatException("--seeds FROM..TO");

    /// <returns>The seeds that broke an invariant; with a sabotage, until one did.</returns>
    public IReadOnlyList<(ulong Seed, string Violation)> Run(Saboteur? sabotage = null, Action<ulong, string>? failed = null, Action<ulong>? done = null)
    {
        var failures = new ConcurrentBag<(ulong Seed, string Violation)>();
        var next = First - 1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (var seed = Interlocked.Increment(ref next); seed <= Last && (sabotage is null || failures.IsEmpty); seed = Interlocked.Increment(ref next))
            {
                using var scenario = new Scenario(seed, sabotage);
                if (scenario.Run() is { } violation)
                {
                    failures.Add((seed, violation));
                    failed?.Invoke(seed, violation);
                }

                done?.Invoke(seed - First + 1);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. failures.OrderBy(failure => failure.Seed)];
    }

    public async Task<int> RunAsync(TextWriter output, Saboteur? sabotage = null)
    {
        var watch = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        var run = 0L;
        var failures = Run(
            sabotage,
            (seed, violation) => output.WriteLine($"seed {seed}: {violation}\n  Tagasi.Simulation --seed {seed} --trace"),
            done =>
            {
                Interlocked.Increment(ref run);
                if (watch.Elapsed - reported > ReportInterval)
                {
                    reported = watch.Elapsed;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} seeds in {watch.Elapsed.TotalSeconds:0} s"));
                }
            });
        var count = run;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{count} seeds, {failures.Count} failed, {watch.Elapsed.TotalSeconds:0.0} s, {count / watch.Elapsed.TotalSeconds:0} seeds a second"));
        return failures.Count == 0 ? 0 : 1;
    }
}
