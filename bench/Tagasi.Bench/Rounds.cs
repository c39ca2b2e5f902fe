namespace Tagasi.Bench;

/// <summary>Measures two ways of doing a thing in turns, so that what changes on the machine meanwhile falls on both.</summary>
internal static class Rounds
{
    // A lab is shared: somebody's test may freeze or reset its domain controllers. What failed for that is measured once more.
    private const int Tries = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <param name="count">A B, B A, A B ...: neither always comes first.</param>
    public static async Task<(Samples Product, Samples Bare)> RunAsync(int count, Func<Task<Samples>> product, Func<Task<Samples>> bare)
    {
        var (ours, theirs) = (new Samples(), new Samples());
        for (var round = 0; round < count; round++)
        {
            var (a, b) = await TryAsync(() => PairAsync(round, product, bare));
            ours.Add(a);
            theirs.Add(b);
        }

        return (ours, theirs);
    }

    public static async Task<T> TryAsync<T>(Func<Task<T>> run)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await run();
            }
            catch (Exception e) when (tries < Tries)
            {
                await Console.Error.WriteLineAsync($"once more: {e}");
                await Task.Delay(Pause);
            }
        }
    }

    private static async Task<(Samples Product, Samples Bare)> PairAsync(int round, Func<Task<Samples>> product, Func<Task<Samples>> bare)
    {
        if (round % 2 == 0)
        {
            return (await product(), await bare());
        }

        var first = await bare();
        return (await product(), first);
    }
}
