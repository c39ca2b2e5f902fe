using System.Diagnostics;

namespace Tagasi.Bench;

/// <summary>Rounds of one thing, with the memory and the processor time that this process took for it.</summary>
internal sealed class Measured
{
    private readonly Samples samples = new();
    private long bytes;
    private TimeSpan processor;

    public static async Task<(Samples Samples, long Bytes, TimeSpan Processor)> OfAsync(Func<Task<Samples>> run)
    {
        var (bytes, processor) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
        var samples = await run();
        return (samples, GC.GetTotalAllocatedBytes() - bytes, Environment.CpuUsage.TotalTime - processor);
    }

    /// <param name="counts">False for a warm-up.</param>
    public void Add(bool counts, (Samples Samples, long Bytes, TimeSpan Processor) round)
    {
        if (counts)
        {
            samples.Add(round.Samples);
            bytes += round.Bytes;
            processor += round.Processor;
        }
    }

    /// <param name="aim">So many a second at the least; null: nothing is asked.</param>
    public IReadOnlyList<Figure> Tell(string name, double? aim) =>
    [
        aim is { } least ? Figure.AtLeast(1, name + "-throughput", samples.PerSecond, "each/s", least) : Figure.Told(name + "-throughput", samples.PerSecond, "each/s"),
        Figure.Told(name + "-p50", samples.P50, "ms"),
        Figure.Told(name + "-processor-time", processor.TotalMilliseconds / samples.Count, "ms each"),
        Figure.Told(name + "-allocated", bytes / 1024.0 / samples.Count, "KiB each"),
    ];
}
