using System.Diagnostics;

namespace Tagasi.Tests.Cloud;

/// <summary>Whether an account exists cannot be told by a clock.</summary>
public sealed class EnumerationTests
{
    private const int Samples = 1500;

    // Two-sample Kolmogorov-Smirnov: the critical value for p = 0.001 is 1.95·√(2/n). A fault of ours (one more query, a mail
    // sent on the page's time) moves the distributions apart by far more than what the machine's noise does to both alike.
    [Fact]
    public async Task Beginning_a_recovery_takes_the_same_time_for_a_name_that_means_nobody()
    {
        await using var service = await RunningService.StartAsync();
        for (var i = 0; i < Samples / 5; i++)
        {
            // Few recoveries each, as in life, so that nobody's daily limit is reached.
            await service.AddUserAsync($"user{i}@north.example");
        }

        await MeasureAsync(service, "warm@north.example");
        var known = new List<double>(Samples);
        var unknown = new List<double>(Samples);
        for (var i = 0; i < Samples; i++)
        {
            var isKnownFirst = i % 2 == 0;
            if (isKnownFirst)
            {
                known.Add(await MeasureAsync(service, $"user{i % (Samples / 5)}@north.example"));
            }

            unknown.Add(await MeasureAsync(service, $"none{i % (Samples / 5)}@north.example"));
            if (!isKnownFirst)
            {
                known.Add(await MeasureAsync(service, $"user{i % (Samples / 5)}@north.example"));
            }
        }

        var distance = Distance(known, unknown);
        TestContext.Current.TestOutputHelper?.WriteLine($"Kolmogorov-Smirnov distance {distance:F4}");
        Assert.True(distance < 1.95 * Math.Sqrt(2.0 / Samples), $"distance {distance:F4}");
    }

    private static async Task<double> MeasureAsync(RunningService service, string name)
    {
        var began = Stopwatch.GetTimestamp();
        await service.Recovery.StartAsync(name, CancellationToken.None);
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static double Distance(List<double> a, List<double> b)
    {
        a.Sort();
        b.Sort();
        double distance = 0;
        for (int i = 0, j = 0; i < a.Count && j < b.Count;)
        {
            if (a[i] <= b[j])
            {
                i++;
            }
            else
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs(((double)i / a.Count) - ((double)j / b.Count)));
        }

        return distance;
    }
}
