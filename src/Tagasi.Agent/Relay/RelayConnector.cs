using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Relay;

/// <summary>Opens connections to the relay. Each proves the agent's identity anew over a fresh challenge.</summary>
internal sealed class RelayConnector(
    HttpMessageHandler handler, ServiceCalls service, EnrolmentRecord enrolment, RequestRunner runner, PreflightReader preflight, ILoggerFactory logging)
{
    private readonly ILogger logger = logging.CreateLogger<RelayConnector>();

    /// <summary>A connection that is open but has not said hello.</summary>
    /// <exception cref="ServiceException">The service is not reached, or does not admit this agent.</exception>
    public async Task<HubConnection> ConnectAsync(TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await OpenAsync(time, cancellation);
        }
        catch (Exception e) when (e is not ServiceException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            // SignalR names no list of what connecting throws: a handshake of its own that is late, or not one, or refused. Whatever it is,
            // the remedy is to connect again, and the agent must not end over it.
            throw new ServiceException(Problems.ServiceUnreachable, e is OperationCanceledException ? "no answer in time" : ServiceCalls.Describe(e), e);
        }
    }

    private async Task<HubConnection> OpenAsync(TimeProvider time, CancellationToken cancellation)
    {
        var challenge = await service.GetChallengeAsync(cancellation);
        var skew = challenge.Time - time.GetUtcNow();
        if (skew.Duration() > TicketGate.ClockTolerance)
        {
            RelayLog.ClockDiffers(logger, skew.TotalSeconds);
        }

        var connection = Build(enrolment.Prove(challenge.Value), time);
        Answer(connection);
        try
        {
            await connection.StartAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private HubConnection Build(string token, TimeProvider time)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(service.AddressOf(RelayWire.Path), HttpTransportType.WebSockets, options =>
            {
                // No negotiation: it would be a request more, and with several service processes behind one address it could meet another one.
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (_, cancellation) => await RelaySocket.OpenAsync(handler, service.AddressOf(RelayWire.Path), token, time, cancellation);
                options.TransportMaxBufferSize = RelayWire.MaxMessageBytes;
                options.ApplicationMaxBufferSize = RelayWire.MaxMessageBytes;
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options))
            .WithKeepAliveInterval(RelayWire.KeepAlive)
            .WithServerTimeout(RelayWire.PeerTimeout);
        builder.Services.AddSingleton<ILoggerFactory>(new HandlerFaults(logging));
        return builder.Build();
    }

    private void Answer(HubConnection connection)
    {
        connection.On<PreflightRequest, PreflightReply>(nameof(IAgentMethods.Preflight), preflight.ReadAsync);
        AnswerOrders(connection, runner);
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.Resolve), runner.ResolveAsync);
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.EndLease), runner.EndLeaseAsync);
    }

    /// <remarks>
    /// SignalR's client does not wait for handlers that give a result, so a slow directory holds up nobody else. But it begins one after the
    /// other, and each runs up to its first wait: without a thread of its own an order's signatures and envelope would hold up the next.
    /// </remarks>
    internal static void AnswerOrders(HubConnection connection, RequestRunner runner) =>
        connection.On<WritebackOrder, string>(nameof(IAgentMethods.CarryOut), order => Task.Run(() => runner.CarryOutAsync(order)));
}
