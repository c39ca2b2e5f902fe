using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tagasi.Tests.Agent;

/// <summary>An HTTP proxy that knows CONNECT alone (RFC 9110, 9.3.6), and for which every host is this one.</summary>
internal sealed class TunnelProxy : IDisposable
{
    /// <summary>What a TLS record with a handshake begins with (RFC 8446, 5.1).</summary>
    public const byte TlsHandshake = 22;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string status;

    /// <param name="status">What every request is answered with; 200 opens the tunnel.</param>
    public TunnelProxy(string status = "200 OK")
    {
        this.status = status;
        listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}/");

    /// <summary>host:port of each tunnel that was asked for.</summary>
    public ConcurrentQueue<string> Tunnels { get; } = new();

    /// <summary>The first octet that went into each tunnel.</summary>
    public ConcurrentQueue<byte> FirstOctets { get; } = new();

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var near = client.GetStream();
            var request = await ReadHeadAsync(near);
            var target = request.Split(' ')[1];
            await near.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
            if (!status.StartsWith("200", StringComparison.Ordinal))
            {
                return;
            }

            Tunnels.Enqueue(target);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, int.Parse(target.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
            var far = server.GetStream();
            var first = new byte[1];
            await near.ReadExactlyAsync(first);
            FirstOctets.Enqueue(first[0]);
            await far.WriteAsync(first);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new System.Text.StringBuilder();
        var octet = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(octet);
            head.Append((char)octet[0]);
        }

        return head.ToString();
    }
}
