using System.Net;
using System.Net.Sockets;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The lab's DNS, but for the addresses of north's domain controllers: those are where the tests' links listen.</summary>
internal sealed class NameServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly byte[] Theirs = [127, 0, 110];
    private static readonly byte[] Ours = [127, 0, 111];
    private readonly UdpClient listener = new(new IPEndPoint(IPAddress.Loopback, 0));

    public NameServer() => _ = AnswerAllAsync();

    public IPEndPoint Address => (IPEndPoint)listener.Client.LocalEndPoint!;

    /// <summary>Where the link to a domain controller has to listen.</summary>
    public static IPAddress LinkTo(IPAddress controller) => new([.. Ours, controller.GetAddressBytes()[3]]);

    public void Dispose() => listener.Dispose();

    private async Task AnswerAllAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.ReceiveAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task AnswerAsync(UdpReceiveResult question)
    {
        try
        {
            // The second one's: blows fall on the first, and a directory has more than one DNS server.
            using var lab = new UdpClient();
            lab.Connect(new IPEndPoint(Lab.NorthDc2, 53));
            await lab.SendAsync(question.Buffer);
            var answer = (await lab.ReceiveAsync().WaitAsync(Patience)).Buffer;
            Replace(answer);
            await listener.SendAsync(answer, question.RemoteEndPoint);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ObjectDisposedException)
        {
            // No answer, as from a DNS server that is away.
        }
    }

    // An address in an A record is its four octets; nothing else in these answers has them.
    private static void Replace(Span<byte> answer)
    {
        for (var at = answer.IndexOf(Theirs); at >= 0; at = answer.IndexOf(Theirs))
        {
            Ours.CopyTo(answer[at..]);
        }
    }
}
