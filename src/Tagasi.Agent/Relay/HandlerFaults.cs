using Microsoft.Extensions.Logging;

namespace Tagasi.Agent.Relay;

/// <summary>Lets through, of what SignalR's client logs, only what no one else tells: that one of our handlers threw, or is missing.</summary>
/// <remarks>What befalls the connection, <see cref="RelayLog"/> says once, in a line. SignalR says it two and three times over, each with a stack trace.</remarks>
internal sealed class HandlerFaults(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The host's own, and the host's to dispose of.
    }

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name is "ErrorInvokingClientSideMethod" or "MissingHandler")
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
