using System.Diagnostics;
using System.Net;

namespace Tagasi.Tests.Cloud;

/// <summary>Whether an account exists cannot be told by a clock.</summary>
public sealed class EnumerationTests
{
    private const int Samples = 1500;
    private const int Browsers = 10;

    // Two-sample Kolmogorov-Smirnov: the critical value for p = 0.001 is 1.95·√(2/n).
    [Fact]
    public async Task Beginning_a_recovery_takes_the_same_time_for_a_name_that_means_nobody()
    {
        await using var service = await RunningService.StartAsync(settings =>
        {
            settings.TrustedProxies = ["127.0.0.1"];
            settings.Portal.StartsPerMinute = 1_000_000;
        });
        for (var i = 0; i < Samples / 5; i++)
        {
            // Few recoveries each, as in life, so that nobody's daily limit is reached.
            await service.AddUserAsync($"user{i}@north.example");
        }

        var all = await Task.WhenAll(Enumerable.Range(0, Browsers).Select(browser => MeasureAsync(service, browser)));
        var distance = Distance([.. all.SelectMany(measured => measured.Known)], [.. all.SelectMany(measured => measured.Unknown)]);
        TestContext.Current.TestOutputHelper?.WriteLine($"Kolmogorov-Smirnov distance {distance:F4}");
        Assert.True(distance < 1.95 * Math.Sqrt(2.0 / Samples), $"distance {distance:F4}");
    }

    private static async Task<(List<double> Known, List<double> Unknown)> MeasureAsync(RunningService service, int browser)
    {
        using var client = new PortalClient(service);
        await client.GetAsync("/");
        await MeasureAsync(client, "warm@north.example");
        var known = new List<double>();
        var unknown = new List<double>();
        for (var i = browser; i < Samples; i += Browsers)
        {
            var isKnownFirst = i / Browsers % 2 == 0;
            if (isKnownFirst)
            {
                known.Add(await MeasureAsync(client, $"user{i % (Samples / 5)}@north.example"));
            }

            unknown.Add(await MeasureAsync(client, $"none{i % (Samples / 5)}@north.example"));
            if (!isKnownFirst)
            {
                known.Add(await MeasureAsync(client, $"user{i % (Samples / 5)}@north.example"));
            }
        }

        return (known, unknown);
    }

    private static async Task<double> MeasureAsync(PortalClient client, string name)
    {
        var began = Stopwatch.GetTimestamp();
        var page = await client.PostAsync("/", ("Name", name));
        var took = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        return took;
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
