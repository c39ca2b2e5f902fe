using System.Net;
using System.Net.Sockets;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>A stretch of network that obeys the tests: TCP from one address to another, in which bytes can be held. TLS passes through it unread.</summary>
internal sealed class Link : IDisposable
{
    private readonly TcpListener listener;
    private readonly IPEndPoint target;

    public Link(IPEndPoint at, IPEndPoint target)
    {
        this.target = target;
        listener = new TcpListener(at);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From who connected.</summary>
    public Flow Onward { get; } = new();

    /// <summary>To who connected.</summary>
    public Flow Back { get; } = new();

    public void Release()
    {
        Onward.Release();
        Back.Release();
    }

    public void Dispose()
    {
        listener.Dispose();
        Release();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task PassAsync(Socket near)
    {
        using (near)
        {
            using var far = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(target);
            }
            catch (SocketException)
            {
                near.Close(0);
                return;
            }

            await Task.WhenAll(Onward.PassAsync(near, far), Back.PassAsync(far, near));
        }
    }
}
