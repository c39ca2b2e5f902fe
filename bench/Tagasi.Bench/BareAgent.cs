using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Bench;

/// <summary>An agent's connection, as RelayConnector makes it, but for what answers.</summary>
internal static class BareAgent
{
    public static async Task<EnrolmentRecord> EnrolAsync(RunningService service, HttpMessageHandler handler)
    {
        using var calls = new ServiceCalls(handler, service.Address);
        return await new Enroller(calls, TimeProvider.System).EnrolAsync(await service.CreateCodeAsync(), service.Address, null, CancellationToken.None);
    }

    /// <summary>A connection that was accepted.</summary>
    public static async Task<HubConnection> ConnectAsync(RunningService service, HttpMessageHandler handler, EnrolmentRecord enrolment, SealingKeys keys, Action<HubConnection> answer)
    {
        using var calls = new ServiceCalls(handler, service.Address);
        var token = enrolment.Prove((await calls.GetChallengeAsync(CancellationToken.None)).Value);
        var connection = new HubConnectionBuilder()
            .WithUrl(calls.AddressOf(RelayWire.Path), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (_, cancellation) => await RelaySocket.OpenAsync(handler, calls.AddressOf(RelayWire.Path), token, TimeProvider.System, cancellation);
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options))
            .WithKeepAliveInterval(RelayWire.KeepAlive)
            .WithServerTimeout(RelayWire.PeerTimeout)
            .Build();
        answer(connection);
        await connection.StartAsync();
        var introduction = new RelayIntroduction(service.Address, enrolment, [RunningService.Domain], []);
        await new RelayGreeter(introduction, keys, TimeProvider.System, NullLogger<RelayGreeter>.Instance).GreetAsync(connection, CancellationToken.None);
        return connection;
    }
}
