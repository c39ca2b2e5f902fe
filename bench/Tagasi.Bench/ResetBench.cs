using System.Runtime;
using Tagasi.ActiveDirectory;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Bench;

/// <summary>Resets through the whole path, from the browser's request for a ticket to the outcome, and what they are made of.</summary>
internal sealed class ResetBench(RunningProduct product, int width)
{
    // A method is compiled for good in the background, once it has been called 30 times. When that is over, no more than a straggler comes
    // with ten resets. Where it does not end, the figures are still worth having.
    private const int MostWarmUp = 2000;
    private const int QuietRounds = 3;

    private readonly int perRound = 20 / width * width;
    private readonly IReadOnlyList<Guid> accounts = [.. product.People.Select(person => person.User.SourceAnchor)];
    private readonly Browser[] browsers = [.. Enumerable.Range(0, width).Select(_ => product.OpenBrowser())];

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
            var secrets = await product.Service.ProveAsync([.. product.People.Select(person => person.User)]);
            await Samples.OfAsync(20, width, (lane, turn) => browsers[lane].PreflightAsync(Lanes.Pick(secrets, lane, turn, width)));
            return await Samples.OfAsync(100, width, (lane, turn) => browsers[lane].PreflightAsync(Lanes.Pick(secrets, lane, turn, width)));
        });
        return [Figure.Told("preflight.p50", samples.P50, "ms")];
    }

    /// <summary>Where the time of a reset goes, one at a time.</summary>
    public async Task<IReadOnlyList<Figure>> RunPartsAsync(int rounds)
    {
        await using var bare = await Rounds.TryAsync(() => Bare.ConnectAsync(width, product.People));
        await using var domain = North.Domain();
        await Rounds.RunAsync(1, ResetAsync, () => WriteAsync(domain));
        browsers[0].Forget();
        using var statements = new SqlStatements();
        var began = Environment.CpuUsage.TotalTime;
        var whole = await Rounds.TryAsync(async () => (await Rounds.RunAsync(rounds, ResetAsync, ResetAsync)).Product);
        var count = browsers[0].Submissions.Count;
        var processor = Environment.CpuUsage.TotalTime - began;
        var (sqlCount, sqlMilliseconds) = (statements.Count, statements.Milliseconds);
        var (direct, modify) = await Rounds.RunAsync(rounds, () => WriteAsync(domain), () => bare.RunAsync(Operation.Reset, perRound));
        var (asProduct, _) = await Rounds.RunAsync(rounds, () => bare.ResetAsProductAsync(perRound), () => bare.RunAsync(Operation.Reset, perRound));
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
        Person[] people = [.. Enumerable.Range(0, perRound).Select(i => Lanes.Pick(product.People, i % width, i / width, width))];
        var secrets = await product.Service.ProveAsync([.. people.Select(person => person.User)]);
        return await Samples.OfAsync(perRound, width, (lane, turn) => browsers[lane].WriteAsync(Operation.Reset, secrets[lane + (turn * width)], people[lane + (turn * width)].TakeNew(), ""));
    }

    // What the agent asks of the directory for one reset, without anything around it.
    private Task<Samples> WriteAsync(ActiveDirectoryDomain domain) => Samples.OfAsync(perRound, width, async (lane, turn) =>
    {
        var patience = TimeSpan.FromSeconds(8);
        var person = Lanes.Pick(product.People, lane, turn, width);
        var reading = await domain.ReadAccountAsync(person.User.SourceAnchor, patience, CancellationToken.None);
        var password = System.Text.Encoding.Unicode.GetBytes(person.TakeNew());
        var write = await domain.ResetPasswordAsync(((AccountReading.Found)reading).Account, password, false, TimeProvider.System.GetUtcNow().AddMinutes(1), patience, CancellationToken.None);
        if (write is not PasswordWrite.Applied)
        {
            throw new InvalidOperationException($"{write}");
        }
    });
}
