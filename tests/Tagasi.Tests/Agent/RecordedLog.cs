using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tagasi.Tests.Agent;

/// <summary>Keeps the ids and texts of what was logged.</summary>
internal sealed class RecordedLog<T> : ILogger<T>
{
    public ConcurrentQueue<(EventId Id, string Text)> Entries { get; } = new();

    public IEnumerable<int> Ids => Entries.Select(entry => entry.Id.Id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((eventId, formatter(state, exception)));
}
