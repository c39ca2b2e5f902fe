using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>The relay: agents connect outbound to it and wait for requests.</summary>
internal static class RelaySetup
{
    public static IServiceCollection AddRelay(this IServiceCollection services)
    {
        services.AddSignalR(options =>
        {
            options.KeepAliveInterval = RelayWire.KeepAlive;
            options.ClientTimeoutInterval = RelayWire.PeerTimeout;
            options.MaximumReceiveMessageSize = RelayWire.MaxMessageBytes;
            // An import streams for minutes; hello and answers go on meanwhile.
            options.MaximumParallelInvocationsPerClient = 4;
            options.DisableImplicitFromServicesParameters = true;
        }).AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options));
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, AgentAuthentication>(AgentAuthentication.SchemeName, null);
        services.AddSingleton<Challenges>().AddSingleton<ConnectedAgents>().AddSingleton<IAgentWire, HubWire>().AddSingleton<AgentCalls>().AddSingleton<AgentAdmission>();
        services.AddHostedService<AgentWatch>();
        return services;
    }

    public static void MapRelay(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHub<RelayHub>(RelayWire.Path, options => options.Transports = HttpTransportType.WebSockets).RequireAuthorization(Policies.Agent);

        endpoints.MapPost(RelayWire.ChallengePath, (Challenges challenges, TimeProvider time) => TypedResults.Json(new Challenge(challenges.Create(), time.GetUtcNow()), ProtocolJson.Default.Challenge))
            .RequireAuthorization(Policies.Anyone);
    }
}
