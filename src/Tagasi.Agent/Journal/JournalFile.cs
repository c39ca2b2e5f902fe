using Tagasi.Agent.State;

namespace Tagasi.Agent.Journal;

/// <summary>The journal as a file that is only appended to. Lines that come while another is being flushed go out together.</summary>
/// <remarks>
/// After a failed write or flush nobody knows what the disk holds (a second fsync would report success whatever became of the pages), so
/// nothing more is written until the file is opened anew. The same goes for a replacement that fails half-way: the open file might be one
/// that no name leads to any more.
/// </remarks>
internal sealed class JournalFile : IJournalFile
{
    private readonly string path;
    private readonly Lock turn = new();
    private readonly List<Line> waiting = [];
    private FileStream stream;
    private bool isWriting;
    private IOException? broken;

    public JournalFile(string path)
    {
        this.path = path;
        stream = PrivateFiles.Open(path);
    }

    public byte[] ReadAll()
    {
        stream.Position = 0;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    public Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var mine = new Line(line);
        lock (waiting)
        {
            waiting.Add(mine);
            if (!isWriting)
            {
                isWriting = true;
                _ = Task.Run(WriteWaiting);
            }
        }

        return mine.Kept.Task;
    }

    public void Replace(ReadOnlySpan<byte> content)
    {
        lock (turn)
        {
            if (broken is not null)
            {
                throw new IOException(broken.Message, broken);
            }

            Replace(PrivateFiles.WriteDraft(path, content));
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            stream.Dispose();
        }
    }

    private void Replace(string draft)
    {
        try
        {
            stream.Dispose();
            PrivateFiles.Install(draft, path);
            stream = PrivateFiles.Open(path);
        }
        catch (Exception e)
        {
            // Whatever it was: lines must not go to a file that a restart would not read.
            throw Break(e);
        }
    }

    private void WriteWaiting()
    {
        while (TakeWaiting() is { Length: > 0 } lines)
        {
            IOException? failure;
            lock (turn)
            {
                failure = broken ?? TryWrite(lines);
            }

            foreach (var line in lines)
            {
                line.Tell(failure);
            }
        }
    }

    private Line[] TakeWaiting()
    {
        lock (waiting)
        {
            Line[] lines = [.. waiting];
            waiting.Clear();
            isWriting = lines.Length > 0;
            return lines;
        }
    }

    private IOException? TryWrite(Line[] lines)
    {
        try
        {
            stream.Seek(0, SeekOrigin.End);
            stream.Write(JournalLines.Join(lines.Select(line => line.Bytes)));

            stream.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it was: those who wait for these lines must not take them for kept.
            return Break(e);
        }
    }

    private IOException Break(Exception cause) => broken = new IOException(cause.Message, cause);

    private sealed class Line(ReadOnlyMemory<byte> bytes)
    {
        public ReadOnlyMemory<byte> Bytes => bytes;

        // Who waits goes on elsewhere: the next lines are not to stand behind it.
        public TaskCompletionSource Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tell(IOException? failure)
        {
            if (failure is null)
            {
                Kept.SetResult();
            }
            else
            {
                Kept.SetException(new IOException(failure.Message, failure));
            }
        }
    }
}
