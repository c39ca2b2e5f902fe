using Tagasi.Protocol.Tickets;

namespace Tagasi.Bench;

/// <summary>All figures, in groups that are measured together. Names are for good: what reads them is elsewhere.</summary>
internal static class Catalogue
{
    private const int RoundsAlone = 9;
    private const int RoundsSideBySide = 6;
    private const int RoundsOfParts = 3;

    private static readonly (Operation Operation, string Name, int[] Widths)[] Operations =
    [
        (Operation.Reset, "resets", [1, 8, 32]),
        (Operation.Change, "changes", [8, 32]),
        (Operation.Unlock, "unlocks", [8, 32]),
        (Operation.AdministratorReset, "administrator-resets", [8, 32]),
        (Operation.Verify, "verifications", [8, 32]),
    ];

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Operations.SelectMany(one => one.Widths.Select(width => $"{one.Name}-{width}")).SelectMany(name => new[] { name + ".throughput", name + ".p50", name + ".p99" }),
        "preflight.p50",
        "parts.ticket-p50", "parts.seal-p50", "parts.submit-p50", "parts.directory-p50", "parts.modify-p50", "parts.account-read-p50",
        "parts.processor-time", "parts.sql-statements", "parts.sql-time", "parts.journal-line-p50",
        "stub.orders-throughput", "stub.orders-p50", "stub.orders-processor-time", "stub.orders-allocated",
        "stub.resets-throughput", "stub.resets-p50", "stub.resets-processor-time", "stub.resets-allocated",
        "relay.round-trip-p50", "relay.round-trip-p99", "relay.throughput",
    ];

    public static async IAsyncEnumerable<Figure> MeasureAsync(IReadOnlyList<string> wanted)
    {
        bool Wants(string group) => wanted.Any(name => name.StartsWith(group + ".", StringComparison.Ordinal));
        var groups = new List<Func<Task<IReadOnlyList<Figure>>>>();
        await using var product = wanted.All(name => name.StartsWith("stub.", StringComparison.Ordinal) || name.StartsWith("relay.", StringComparison.Ordinal))
            ? null
            : await Rounds.TryAsync(RunningProduct.StartAsync);
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

        foreach (var (operation, name, widths) in Operations)
        {
            foreach (var width in widths)
            {
                Add($"{name}-{width}", () => new OperationBench(product!, operation, name, width).RunAsync(width == 1 ? RoundsAlone : RoundsSideBySide));
            }
        }

        Add("preflight", () => new ResetBench(product!, 1).RunPreflightAsync());
        Add("parts", () => new ResetBench(product!, 1).RunPartsAsync(RoundsOfParts));
        Add("stub", StubBench.RunAsync);
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
