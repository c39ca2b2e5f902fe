using System.Runtime;
using Tagasi.ActiveDirectory;
using Tagasi.Cloud.Directory;

namespace Tagasi.Bench;

/// <summary>Resets through the whole path, from the browser's request for a ticket to the outcome, against bare modifies.</summary>
internal sealed class ResetBench(RunningProduct product, int width)
{
    // A method is compiled for good in the background, once it has been called 30 times. When that is over, no more than a straggler comes
    // with ten resets. Where it does not end, the figures are still worth having.
    private const int MostWarmUp = 2000;
    private const int QuietRounds = 3;

    private readonly int perRound = 20 / width * width;
    private readonly IReadOnlyList<Guid> accounts = [.. product.Users.Select(user => user.SourceAnchor)];
    private readonly Browser[] browsers = [.. Enumerable.Range(0, width).Select(_ => product.OpenBrowser())];

    public async Task<IReadOnlyList<Figure>> RunAsync(int rounds)
    {
        await using var bare = await Rounds.TryAsync(() => BareResets.ConnectAsync(width, accounts));
        await Rounds.RunAsync(1, ResetAsync, () => bare.RunAsync(perRound));
        var (ours, theirs) = await Rounds.RunAsync(rounds, ResetAsync, () => bare.RunAsync(perRound));
        var name = $"resets-{width}";
        return
        [
            Figure.AtLeast(0.95, name + ".throughput", ours.PerSecond, "resets/s", theirs.PerSecond),
            Figure.AtMost(1.10, name + ".p50", ours.P50, "ms", theirs.P50),
            Figure.AtMost(1.25, name + ".p99", ours.P99, "ms", theirs.P99),
        ];
    }

    /// <summary>Resets until the runtime has compiled their path for good: else its compiler takes as much processor as they do.</summary>
    public Task WarmUpAsync() => Rounds.TryAsync(async () =>
    {
        for (var (done, quiet) = (0, 0); done < MostWarmUp && quiet < QuietRounds; done += perRound)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            await ResetAsync();
            quiet = JitInfo.GetCompiledMethodCount() - compiled <= perRound / 10 ? quiet + 1 : 0;
        }

        return true;
    });

    /// <summary>The rules that the page asks for before the person types; no part of a reset here.</summary>
    public async Task<IReadOnlyList<Figure>> RunPreflightAsync()
    {
        var samples = await Rounds.TryAsync(async () =>
        {
            var secrets = await product.ProveAsync(product.Users);
            await Samples.OfAsync(20, width, (lane, turn) => browsers[lane].PreflightAsync(Lanes.Pick(secrets, lane, turn, width)));
            return await Samples.OfAsync(100, width, (lane, turn) => browsers[lane].PreflightAsync(Lanes.Pick(secrets, lane, turn, width)));
        });
        return [Figure.Told("preflight.p50", samples.P50, "ms")];
    }

    /// <summary>Where the time of a reset goes, one at a time.</summary>
    public async Task<IReadOnlyList<Figure>> RunPartsAsync(int rounds)
    {
        await using var bare = await Rounds.TryAsync(() => BareResets.ConnectAsync(width, accounts));
        await using var domain = North.Domain();
        await Rounds.RunAsync(1, ResetAsync, () => WriteAsync(domain));
        browsers[0].Forget();
        using var statements = new SqlStatements();
        var began = Environment.CpuUsage.TotalTime;
        var whole = await Rounds.TryAsync(async () => (await Rounds.RunAsync(rounds, ResetAsync, ResetAsync)).Product);
        var count = browsers[0].Submissions.Count;
        var processor = Environment.CpuUsage.TotalTime - began;
        var (sqlCount, sqlMilliseconds) = (statements.Count, statements.Milliseconds);
        var (direct, modify) = await Rounds.RunAsync(rounds, () => WriteAsync(domain), () => bare.RunAsync(perRound));
        var (asProduct, _) = await Rounds.RunAsync(rounds, () => bare.RunAsProductAsync(perRound), () => bare.RunAsync(perRound));
        var reads = await Rounds.TryAsync(() => Samples.OfAsync(100, 1, (_, turn) => domain.ReadAccountAsync(accounts[turn % accounts.Count], TimeSpan.FromSeconds(8), CancellationToken.None)));
        return
        [
            Figure.Told("parts.ticket-p50", browsers[0].Tickets.P50, "ms"),
            Figure.Told("parts.seal-p50", browsers[0].Seals.P50, "ms"),
            Figure.Told("parts.submit-p50", browsers[0].Submissions.P50, "ms", whole.P50),
            Figure.Told("parts.directory-p50", direct.P50, "ms", modify.P50),
            Figure.Told("parts.modify-p50", asProduct.P50, "ms", modify.P50),
            Figure.Told("parts.account-read-p50", reads.P50, "ms"),
            Figure.Told("parts.processor-time", processor.TotalMilliseconds / count, "ms each"),
            Figure.Told("parts.sql-statements", (double)sqlCount / count, "each"),
            Figure.Told("parts.sql-time", sqlMilliseconds / count, "ms each"),
            Figure.Told("parts.journal-line-p50", (await JournalBench.RunAsync(product.Service.FolderFor("journal"), 200)).P50, "ms"),
        ];
    }

    private async Task<Samples> ResetAsync()
    {
        User[] users = [.. Enumerable.Range(0, perRound).Select(i => Lanes.Pick(product.Users, i % width, i / width, width))];
        var secrets = await product.ProveAsync(users);
        return await Samples.OfAsync(perRound, width, (lane, turn) => browsers[lane].ResetAsync(secrets[lane + (turn * width)], North.FreshPassword()));
    }

    // What the agent asks of the directory for one reset, without anything around it.
    private Task<Samples> WriteAsync(ActiveDirectoryDomain domain) => Samples.OfAsync(perRound, width, async (lane, turn) =>
    {
        var patience = TimeSpan.FromSeconds(8);
        var reading = await domain.ReadAccountAsync(Lanes.Pick(accounts, lane, turn, width), patience, CancellationToken.None);
        var password = System.Text.Encoding.Unicode.GetBytes(North.FreshPassword());
        var write = await domain.ResetPasswordAsync(((AccountReading.Found)reading).Account, password, false, TimeProvider.System.GetUtcNow().AddMinutes(1), patience, CancellationToken.None);
        if (write is not PasswordWrite.Applied)
        {
            throw new InvalidOperationException($"{write}");
        }
    });
}
