using System.Diagnostics;

namespace Tagasi.Bench;

/// <summary>How long each of many operations took, and all of them together.</summary>
internal sealed class Samples
{
    private readonly List<double> milliseconds = [];
    private double seconds;

    public int Count => milliseconds.Count;

    public double PerSecond => milliseconds.Count / seconds;

    public double P50 => Percentile(0.50);

    public double P99 => Percentile(0.99);

    /// <summary>Runs <paramref name="count"/> operations, <paramref name="width"/> at a time.</summary>
    /// <param name="run">Given the lane and the operation's place in it.</param>
    public static async Task<Samples> OfAsync(int count, int width, Func<int, int, Task> run)
    {
        var lanes = Enumerable.Range(0, width).Select(_ => new List<double>(count / width)).ToArray();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(lanes.Select((lane, number) => Task.Run(async () =>
        {
            for (var i = 0; i < count / width; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await run(number, i);
                lane.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        var samples = new Samples { seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
        samples.milliseconds.AddRange(lanes.SelectMany(lane => lane));
        return samples;
    }

    public void Add(Samples more)
    {
        milliseconds.AddRange(more.milliseconds);
        seconds += more.seconds;
    }

    public void Add(TimeSpan one)
    {
        milliseconds.Add(one.TotalMilliseconds);
        seconds += one.TotalSeconds;
    }

    private double Percentile(double share)
    {
        var sorted = milliseconds.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}
