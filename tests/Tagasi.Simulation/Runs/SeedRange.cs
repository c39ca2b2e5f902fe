using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

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

    /// <returns>The seeds that broke an invariant.</returns>
    public IReadOnlyList<(ulong Seed, string Violation)> Run(Action<ulong, string>? failed = null, Action<ulong>? progress = null)
    {
        var failures = new ConcurrentBag<(ulong, string)>();
        var next = First - 1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (var seed = Interlocked.Increment(ref next); seed <= Last; seed = Interlocked.Increment(ref next))
            {
                using var scenario = new Scenario(seed);
                if (scenario.Run() is { } violation)
                {
                    failures.Add((seed, violation));
                    failed?.Invoke(seed, violation);
                }

                progress?.Invoke(seed - First + 1);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. failures.OrderBy(failure => failure.Item1)];
    }

    public async Task<int> RunAsync(TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        var failures = Run(
            (seed, violation) => output.WriteLine($"seed {seed}: {violation}\n  Tagasi.Simulation --seed {seed} --trace"),
            done =>
            {
                if (watch.Elapsed - reported > ReportInterval)
                {
                    reported = watch.Elapsed;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} seeds in {watch.Elapsed.TotalSeconds:0} s"));
                }
            });
        var count = Last - First + 1;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{count} seeds, {failures.Count} failed, {watch.Elapsed.TotalSeconds:0.0} s, {count / watch.Elapsed.TotalSeconds:0} seeds a second"));
        return failures.Count == 0 ? 0 : 1;
    }
}
