namespace Tagasi.Agent.Journal;

/// <summary>Where the journal is kept: a file, or the disk that a test or the simulator scripts.</summary>
internal interface IJournalFile : IDisposable
{
    byte[] ReadAll();

    /// <summary>Ends when the line would survive a loss of power.</summary>
    /// <exception cref="IOException">It is not kept, or that is not certain; nor is any further line, until the journal is opened anew.</exception>
    Task AppendAsync(ReadOnlyMemory<byte> line);

    /// <summary>Puts the whole content in the place of what is there, wholly or not at all.</summary>
    /// <exception cref="IOException">The old content is still there, or it is not certain which: then no line is kept any more.</exception>
    void Replace(ReadOnlySpan<byte> content);
}
