namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>One person's attempt in a round.</summary>
/// <param name="Told">Null when the round broke.</param>
/// <param name="Fault">What is wrong; null: nothing.</param>
internal sealed record Finding(Blow Blow, Point Point, Told? Told, string? Fault);

/// <summary>One blow for five people at once, each of whose requests stands still at another point of the path.</summary>
internal sealed class Round(LinkedProduct linked, Accounts accounts)
{
    /// <summary>Brings a request to each point, strikes, lets the network deliver what was on the way, mends, and hears what each person is told in the end.</summary>
    public async Task<Finding[]> RunAsync(Blow blow)
    {
        var attempts = await Attempt.BeginAsync(linked, accounts, Points.All.Count);
        try
        {
            foreach (var (point, attempt) in Points.All.Zip(attempts))
            {
                await attempt.StandAsync(point);
            }

            await blow.StrikeAsync(linked);
            linked.Release();
            await blow.MendAsync(linked);
            return await Task.WhenAll(attempts.Select(attempt => JudgeAsync(blow, attempt)));
        }
        finally
        {
            linked.Release();
            Array.ForEach(attempts, attempt => attempt.Dispose());
        }
    }

    private static async Task<Finding> JudgeAsync(Blow blow, Attempt attempt)
    {
        var (told, _, fault) = await attempt.EndAsync();
        return new Finding(blow, attempt.Point!.Value, told, fault is null ? null : $"{blow.Victim} {blow.Signal} {attempt.Point}: {fault}");
    }
}
