using System.Net;
using System.Net.WebSockets;
using Tagasi.Agent.Service;
using Tagasi.Protocol;

namespace Tagasi.Agent.Relay;

/// <summary>Opens the WebSocket to the relay with the handler that plain calls use too, so that proxy and trust are the same for both.</summary>
internal static class RelaySocket
{
    /// <param name="address">https; the WebSocket's scheme is made of it.</param>
    /// <param name="token">The agent's proof for this connection.</param>
    /// <exception cref="ServiceException">The relay is not reached, or does not admit this agent.</exception>
    public static async Task<WebSocket> OpenAsync(HttpMessageHandler handler, Uri address, string token, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan; // SignalR pings by itself, through every proxy
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        try
        {
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = Uri.UriSchemeWss }.Uri, invoker, cancellation);
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
}
