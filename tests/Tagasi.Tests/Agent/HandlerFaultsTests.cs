using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>What SignalR's own client says in the agent's log.</summary>
public sealed class HandlerFaultsTests
{
    [Fact]
    public async Task A_refused_connection_is_no_stack_trace_and_a_handler_that_throws_is_one()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        using var recorder = new Recorder();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(recorder));
        await using var connection = Connect(relay, new HandlerFaults(factory));
        connection.On<string, string>("Work", _ => Task.FromException<string>(new InvalidOperationException("a bug")));

        relay.State.Admits = _ => false;
        await Assert.ThrowsAnyAsync<Exception>(() => connection.StartAsync(TestContext.Current.CancellationToken));
        Assert.Empty(recorder.Logged);

        relay.State.Admits = _ => true;
        await connection.StartAsync(TestContext.Current.CancellationToken);
        var client = relay.Hub.Clients.Client(await relay.State.Connected.Task);
        await Assert.ThrowsAnyAsync<Exception>(() => client.InvokeAsync<string>("Work", "", TestContext.Current.CancellationToken));
        Assert.IsType<InvalidOperationException>(Assert.Single(recorder.Logged));
    }

    private static HubConnection Connect(ScriptedRelay relay, ILoggerFactory logging)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(relay.Address, RelayWire.Path), HttpTransportType.LongPolling, options =>
            options.HttpMessageHandlerFactory = _ => ServiceHttp.CreateHandler(new ServiceSettings { Address = relay.Address, Authority = relay.Authority }));
        builder.Services.AddSingleton(logging);
        return builder.Build();
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        private readonly List<Exception?> logged = [];

        public IReadOnlyList<Exception?> Logged
        {
            get
            {
                lock (logged)
                {
                    return [.. logged];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (logged)
            {
                logged.Add(exception);
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
