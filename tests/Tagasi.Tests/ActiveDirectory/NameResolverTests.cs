using System.Net;
using System.Net.Sockets;
using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Locating;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>DNS servers that answer, and one that does not.</summary>
public sealed class NameResolverTests : IDisposable
{
    private readonly UdpClient _silent = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _answering = new(new IPEndPoint(IPAddress.Loopback, 0));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _silent.Dispose();
        _answering.Dispose();
    }

    [Fact]
    public async Task A_DNS_server_that_was_lost_does_not_hold_up_one_that_answers()
    {
        var serving = ServeAsync();
        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 636), Assert.Single(await Names(_silent, _answering).AddressesAsync("dc1.scripted.test", 636, Ct)));

        // The silent one's own time would be two seconds, twice.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        _answering.Dispose();
        await serving;
    }

    [Fact]
    public async Task Where_no_DNS_server_answers_the_wait_has_an_end()
    {
        var failed = await Assert.ThrowsAsync<DirectoryException>(() => Names(_silent).AddressesAsync("dc1.scripted.test", 636, Ct));
        Assert.Equal(FailureCause.NameResolution, failed.Failure.Cause);
    }

    private static NameResolver Names(params UdpClient[] servers) => new(new DomainOptions
    {
        DnsName = "scripted.test",
        Credential = new DirectoryCredential.Kerberos(null),
        DnsServers = [.. servers.Select(server => (IPEndPoint)server.Client.LocalEndPoint!)],
    });

    /// <summary>192.0.2.7 for every question of type A, and nothing for others (RFC 1035, 4.1).</summary>
    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await _answering.ReceiveAsync(CancellationToken.None);
                var end = Array.IndexOf(query.Buffer, (byte)0, 12) + 5;
                var isAddress = query.Buffer[end - 3] == 1;
                byte[] answer = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7];
                byte[] reply = [.. query.Buffer[..2], 0x81, 0x80, 0, 1, 0, (byte)(isAddress ? 1 : 0), 0, 0, 0, 0, .. query.Buffer[12..end], .. isAddress ? answer : []];
                await _answering.SendAsync(reply, query.RemoteEndPoint, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}
