using Tagasi.Agent.Journal;

namespace Tagasi.Bench;

/// <summary>One line of the agent's journal, kept: one fsync. A reset takes two.</summary>
internal static class JournalBench
{
    public static async Task<Samples> RunAsync(string path, int count)
    {
        using var journal = new JournalFile(path);
        var line = new byte[700];
        line.AsSpan().Fill((byte)'x');
        return await Samples.OfAsync(count, 1, (_, _) => journal.AppendAsync(line));
    }
}
