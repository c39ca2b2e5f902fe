using System.Net;
using System.Net.WebSockets;
using Tagasi.Agent.Service;
using Tagasi.Protocol;

namespace Tagasi.Agent.Relay;

/// <summary>Opens the WebSocket to the relay with the handler that plain calls use too, so that proxy and trust are the same for both.</summary>
internal static class RelaySocket
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <param name="address">https; the WebSocket's scheme is made of it.</param>
    /// <param name="token">The agent's proof for this connection.</param>
    /// <exception cref="ServiceException">The relay is not reached, or does not admit this agent.</exception>
    public static async Task<WebSocket> OpenAsync(HttpMessageHandler handler, Uri address, string token, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = System.Threading.Timeout.InfiniteTimeSpan; // SignalR pings by itself, through every proxy
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        // SignalR's own timeout begins only once the socket is open.
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = Uri.UriSchemeWss }.Uri, invoker, either.Token);
            return new BoundedSocket(socket);
        }
        catch (Exception e) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ServiceException(Problems.ServiceUnreachable, $"no WebSocket within {Timeout.TotalSeconds:0} s", e);
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
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
