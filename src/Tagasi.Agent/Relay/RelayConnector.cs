using System.Net.WebSockets;
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
        var challenge = await service.GetChallengeAsync(cancellation);
        var skew = challenge.Time - time.GetUtcNow();
        if (skew.Duration() > TicketGate.ClockTolerance)
        {
            RelayLog.ClockDiffers(logger, skew.TotalSeconds);
        }

        var connection = Build(enrolment.Prove(challenge.Value));
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

    private HubConnection Build(string token)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(service.AddressOf(RelayWire.Path), HttpTransportType.WebSockets, options =>
            {
                // No negotiation: it would be a request more, and with several service processes behind one address it could meet another one.
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (_, cancellation) => await RelaySocket.OpenAsync(handler, service.AddressOf(RelayWire.Path), token, cancellation);
                options.TransportMaxBufferSize = RelayWire.MaxMessageBytes;
                options.ApplicationMaxBufferSize = RelayWire.MaxMessageBytes;
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options))
            .WithKeepAliveInterval(RelayWire.KeepAlive)
            .WithServerTimeout(RelayWire.PeerTimeout);
        builder.Services.AddSingleton(logging);
        return builder.Build();
    }

    // SignalR's client runs handlers that give a result side by side: a slow directory holds up nobody else.
    private void Answer(HubConnection connection)
    {
        connection.On<PreflightRequest, PreflightReply>(nameof(IAgentMethods.Preflight), preflight.ReadAsync);
        connection.On<WritebackOrder, string>(nameof(IAgentMethods.CarryOut), runner.CarryOutAsync);
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.Resolve), runner.ResolveAsync);
    }
}
