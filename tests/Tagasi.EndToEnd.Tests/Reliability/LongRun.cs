using System.Globalization;
using System.Text;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The blows again and again, and their figures as a table.</summary>
public sealed class LongRun
{
    private const string Variable = "TAGASI_LONG_RUN";
    private static readonly TimeSpan None = TimeSpan.Zero;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    // Beyond the relay's patience with a silent peer (17 s), the agent's deadline (15 s) and the service's (20 s).
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(25);
    // Beyond the ticket's life.
    private static readonly TimeSpan BeyondTicket = TimeSpan.FromSeconds(65);
    // Each person gets ten codes a day, and each round takes five of the twenty.
    private const int RoundsOfOneProduct = 36;

    private static readonly Blow[] Often =
    [
        new(Victim.Agent, Signal.Kill, None), new(Victim.Agent, Signal.Stop, Short), new(Victim.Service, Signal.Kill, None),
        new(Victim.Service, Signal.Stop, Short), new(Victim.Controller, Signal.Kill, None), new(Victim.Controller, Signal.Stop, Short),
    ];

    // Now and then a long absence, in turn.
    private static readonly Blow[] Seldom =
    [
        new(Victim.Agent, Signal.Stop, BeyondTicket), new(Victim.Service, Signal.Stop, BeyondTicket), new(Victim.Controller, Signal.Stop, BeyondTicket),
        new(Victim.Agent, Signal.Stop, Long), new(Victim.Service, Signal.Stop, Long), new(Victim.Controller, Signal.Stop, Long),
    ];

    private readonly List<Finding> findings = [];

    /// <summary>Explicit: it takes hours. TAGASI_LONG_RUN is how often each blow falls; TAGASI_LONG_RUN_REPORT, a file for the table, which grows while it runs.</summary>
    [Fact(Explicit = true)]
    public async Task What_the_person_is_told_is_what_kinit_says_however_often()
    {
        var times = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "1", CultureInfo.InvariantCulture);
        var blows = new Queue<Blow>(Enumerable.Range(0, times).SelectMany(time => time % 2 == 0 ? Often.Prepend(Seldom[time / 2 % Seldom.Length]) : Often));
        while (blows.Count > 0)
        {
            await RunAsync(blows);
        }

        Assert.Empty(findings.Select(finding => finding.Fault).OfType<string>());
    }

    private async Task RunAsync(Queue<Blow> blows)
    {
        await Lab.RunAsync("reset");
        await using var linked = await LinkedProduct.StartAsync();
        var round = new Round(linked, new Accounts());
        for (var rounds = 0; rounds < RoundsOfOneProduct && blows.TryDequeue(out var blow); rounds++)
        {
            try
            {
                findings.AddRange(await round.RunAsync(blow));
            }
            catch (Exception e)
            {
                // A round that breaks is a finding too, and no reason to lose the hours before it. It may have left something stopped behind.
                findings.AddRange(Points.All.Select(point => new Finding(blow, point, null, $"{blow}: {e.Message}")));
                return;
            }
            finally
            {
                Report();
            }
        }
    }

    private void Report()
    {
        var table = new StringBuilder();
        table.AppendLine("| struck | where the request stood | runs | applied | refused | unknown before | contradictions | median s | longest s |");
        table.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var cell in findings.GroupBy(finding => (finding.Blow, finding.Point)).OrderBy(cell => (cell.Key.Blow.Victim, cell.Key.Blow.Signal, cell.Key.Blow.Pause, cell.Key.Point)))
        {
            table.AppendLine(Row(cell.Key.Blow, cell.Key.Point, [.. cell]));
        }

        foreach (var fault in findings.Select(finding => finding.Fault).OfType<string>())
        {
            table.AppendLine().AppendLine("- " + fault);
        }

        File.WriteAllText(Environment.GetEnvironmentVariable(Variable + "_REPORT") ?? Path.Combine(Path.GetTempPath(), "tagasi-long-run.md"), table.ToString());
    }

    private static string Row(Blow blow, Point point, IReadOnlyList<Finding> runs)
    {
        var told = runs.Select(run => run.Told).OfType<Told>().ToList();
        var seconds = told.Select(one => one.After.TotalSeconds).Order().DefaultIfEmpty(double.NaN).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {blow.Victim} {blow.Signal} {blow.Pause.TotalSeconds:0} s | {point} | {runs.Count} | {told.Count(one => one.IsApplied)} | {told.Count(one => !one.IsApplied)} | {told.Count(one => one.WasUnknown)} | {runs.Count(run => run.Fault is not null)} | {seconds[seconds.Count / 2]:0.0} | {seconds[^1]:0.0} |");
    }
}
