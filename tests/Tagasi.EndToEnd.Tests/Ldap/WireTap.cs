using System.Net;
using System.Net.Sockets;

namespace Tagasi.EndToEnd.Tests.Ldap;

/// <summary>Passes one connection on and keeps every byte of both directions.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _seen = new();
    private readonly Task _running;

    public WireTap(IPEndPoint target)
    {
        _listener.Start();
        _running = RunAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All that went over, once the connection is closed.</summary>
    public async Task<byte[]> SeenAsync()
    {
        await _running;
        return _seen.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(IPEndPoint target)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(target);
        await Task.WhenAll(PassAsync(client, server), PassAsync(server, client));
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                lock (_seen)
                {
                    _seen.Write(buffer, 0, count);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (IOException)
        {
            // One side closed while the other was speaking.
        }

        to.Client.Shutdown(SocketShutdown.Send);
    }
}
