namespace Tagasi.Bench;

/// <summary>All figures, in groups that are measured together. Names are for good: what reads them is elsewhere.</summary>
internal static class Catalogue
{
    private const int RoundsAlone = 9;
    private const int RoundsSideBySide = 12;
    private const int RoundsOfParts = 3;

    public static IReadOnlyList<string> Names { get; } =
    [
        "resets-1.throughput", "resets-1.p50", "resets-1.p99",
        "resets-8.throughput", "resets-8.p50", "resets-8.p99",
        "preflight.p50",
        "parts.ticket-p50", "parts.seal-p50", "parts.submit-p50", "parts.directory-p50", "parts.modify-p50", "parts.account-read-p50",
        "parts.processor-time", "parts.sql-statements", "parts.sql-time", "parts.journal-line-p50",
        "relay.round-trip-p50", "relay.round-trip-p99", "relay.throughput",
    ];

    public static async IAsyncEnumerable<Figure> MeasureAsync(IReadOnlyList<string> wanted)
    {
        bool Wants(string group) => wanted.Any(name => name.StartsWith(group + ".", StringComparison.Ordinal));
        var groups = new List<Func<Task<IReadOnlyList<Figure>>>>();
        await using var product = Wants("resets-1") || Wants("resets-8") || Wants("preflight") || Wants("parts") ? await Rounds.TryAsync(RunningProduct.StartAsync) : null;
        if (product is not null)
        {
            await new ResetBench(product, 4).WarmUpAsync();
        }

        void Add(string group, Func<Task<IReadOnlyList<Figure>>> measure)
        {
            if (Wants(group))
            {
                groups.Add(measure);
            }
        }

        Add("resets-1", () => new ResetBench(product!, 1).RunAsync(RoundsAlone));
        Add("resets-8", () => new ResetBench(product!, 8).RunAsync(RoundsSideBySide));
        Add("preflight", () => new ResetBench(product!, 1).RunPreflightAsync());
        Add("parts", () => new ResetBench(product!, 1).RunPartsAsync(RoundsOfParts));
        Add("relay", RelayBench.RunAsync);
        foreach (var measure in groups)
        {
            foreach (var figure in (await measure()).Where(figure => wanted.Contains(figure.Name)))
            {
                yield return figure;
            }
        }
    }
}
