using Tagasi.Agent.Journal;

namespace Tagasi.Tests.Agent;

/// <summary>A disk that can run full and lose its last bytes.</summary>
internal sealed class MemoryJournal : IJournalFile
{
    private readonly MemoryStream content = new();

    public bool IsFull { get; set; }

    /// <summary>Holds a line until it ends.</summary>
    public Func<Task> BeforeAppend { get; set; } = () => Task.CompletedTask;

    public byte[] ReadAll() => content.ToArray();

    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        await BeforeAppend();
        if (IsFull)
        {
            throw new IOException("No space left on device");
        }

        content.Write(line.Span);
    }

    public void Replace(ReadOnlySpan<byte> newContent)
    {
        content.SetLength(0);
        content.Write(newContent);
    }

    public void Dispose()
    {
        // Like a disk, it outlives the process.
    }
}
