using Microsoft.AspNetCore.SignalR;

namespace Tagasi.Cloud.Relay;

/// <summary>The connections that agents opened to the hub.</summary>
internal sealed class HubWire(IHubContext<RelayHub> hub) : IAgentWire
{
    public async Task<T?> InvokeAsync<T>(string connectionId, string method, object argument, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await hub.Clients.Client(connectionId).InvokeAsync<T?>(method, argument, cancellation);
        }
        catch (Exception e) when (e is HubException or InvalidOperationException)
        {
            // SignalR's words for an agent that failed, and for a connection that is not there.
            throw new IOException(e.Message, e);
        }
    }

    public Task SendAsync(string connectionId, string method, object argument, CancellationToken cancellation) =>
        hub.Clients.Client(connectionId).SendAsync(method, argument, cancellation);
}
