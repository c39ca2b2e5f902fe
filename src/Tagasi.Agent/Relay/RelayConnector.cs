using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
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
        var challenge = await service.GetChallengeAsync(cancellation);
        var skew = challenge.Time - time.GetUtcNow();
        if (skew.Duration() > TicketGate.ClockTolerance)
        {
            RelayLog.ClockDiffers(logger, skew.TotalSeconds);
        }

        var connection = Build(Prove(challenge.Value));
        Answer(connection);
        try
        {
            await connection.StartAsync(cancellation);
            return connection;
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException or IOException or InvalidOperationException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new ServiceException(Problems.ServiceUnreachable, ServiceCalls.Describe(e), e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private string Prove(string challenge)
    {
        using var identity = enrolment.ImportIdentityKey();
        return AgentIdentity.Prove(enrolment.AgentId, identity, challenge, KeyId.Of(enrolment.ServiceKey));
    }

    private HubConnection Build(string token)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(service.AddressOf(RelayWire.Path), HttpTransportType.WebSockets, options =>
            {
                // No negotiation: it would be a request more, and with several service processes behind one address it could meet another one.
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (context, cancellation) => await OpenAsync(context.Uri, token, cancellation);
                options.TransportMaxBufferSize = RelayWire.MaxMessageBytes;
                options.ApplicationMaxBufferSize = RelayWire.MaxMessageBytes;
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options))
            .WithKeepAliveInterval(RelayWire.KeepAlive)
            .WithServerTimeout(RelayWire.PeerTimeout);
        builder.Services.AddSingleton(logging);
        return builder.Build();
    }

    // One handler for plain calls and the WebSocket, so that proxy and trust are the same for both.
    private async ValueTask<WebSocket> OpenAsync(Uri address, string token, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan; // SignalR pings by itself, through every proxy
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        try
        {
            await socket.ConnectAsync(address, invoker, cancellation);
            return socket;
        }
        catch (WebSocketException e)
        {
            using (socket)
            {
                throw socket.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? new ServiceException(Problems.AgentUnknown, $"the service answered {(int)socket.HttpStatusCode}", e)
                    : new ServiceException(Problems.ServiceUnreachable, "no WebSocket (does a proxy refuse it?): " + ServiceCalls.Describe(e), e);
            }
        }
    }

    // SignalR's client runs handlers that give a result side by side: a slow directory holds up nobody else.
    private void Answer(HubConnection connection)
    {
        connection.On<PreflightRequest, PreflightReply>(nameof(IAgentMethods.Preflight), preflight.ReadAsync);
        connection.On<WritebackOrder, string>(nameof(IAgentMethods.CarryOut), runner.CarryOutAsync);
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.Resolve), runner.ResolveAsync);
    }
}
