using Tagasi.Agent.Journal;

namespace Tagasi.Tests.Agent;

/// <summary>A disk that can run full and lose its last bytes.</summary>
internal sealed class MemoryJournal : IJournalFile
{
    private readonly MemoryStream content = new();
    private bool isBroken;

    public bool IsFull { get; set; }

    /// <summary>Holds a line until it ends.</summary>
    public Func<Task> BeforeAppend { get; set; } = () => Task.CompletedTask;

    public byte[] ReadAll() => content.ToArray();

    /// <summary>A new process opens it.</summary>
    public MemoryJournal Open()
    {
        isBroken = false;
        return this;
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        await BeforeAppend();
        isBroken |= IsFull;
        if (isBroken)
        {
            throw new IOException("No space left on device");
        }

        content.Write(line.Span);
    }

    public void Replace(ReadOnlySpan<byte> newContent)
    {
        if (IsFull)
        {
            throw new IOException("No space left on device");
        }

        content.SetLength(0);
        content.Write(newContent);
    }

    public void Dispose()
    {
        // Like a disk, it outlives the process.
    }
}
