using System.Net;
using System.Net.Sockets;

namespace Tagasi.Ldap.Wire;

/// <summary>Looks the host up and opens the TCP connection, telling each failure apart.</summary>
internal static class TcpConnector
{
    private static readonly TimeSpan LongestRetransmission = TimeSpan.FromSeconds(10);

    public static async Task<ServerStream> ConnectAsync(LdapConnectionOptions options, Deadline deadline, CancellationToken cancellation)
    {
        var addresses = options.Address is { } given ? [given] : await ResolveAsync(options.Host, deadline, cancellation);
        for (var i = 0; ; i++)
        {
            // The first address may lead nowhere: each gets its share of the time that is left.
            var share = new Deadline(options.TimeProvider, deadline.Remaining / (addresses.Length - i));
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], options.EffectivePort), share, cancellation);
            }
            catch (LdapConnectionException) when (i + 1 < addresses.Length)
            {
                // The next address is the remedy; the last one's failure is the one told.
            }
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, Deadline deadline, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            // The system's resolver may block past any token, so it is left behind rather than stopped.
            var addresses = await deadline.Limit(Dns.GetHostAddressesAsync(host, CancellationToken.None), cancellation);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException e)
        {
            throw new LdapConnectionException(LdapFailure.NameNotFound, LdapStage.Resolve, $"No address for {host}: {e.Message}", inner: e);
        }
        catch (TimeoutException e)
        {
            throw new LdapConnectionException(LdapFailure.TimedOut, LdapStage.Resolve, $"The resolver gave no answer about {host} in time.", inner: e);
        }
    }

    private static async Task<ServerStream> ConnectAsync(IPEndPoint endpoint, Deadline deadline, CancellationToken cancellation)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            // Closing drops what the kernel still holds. It would otherwise go on retransmitting a modify for minutes after its deadline,
            // which could then be carried out when it was already said not to have been. The price: an unbind may get lost.
            LingerState = new LingerOption(enable: true, seconds: 0),
        };
        LimitRetransmission(socket);
        try
        {
            using var stop = deadline.Source();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
            await socket.ConnectAsync(endpoint, either.Token);
            return new ServerStream(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LdapConnectionException(FailureOf(e.SocketErrorCode), LdapStage.Connect, $"No connection to {endpoint}: {e.Message}", inner: e);
        }
        catch (OperationCanceledException e)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new LdapConnectionException(LdapFailure.TimedOut, LdapStage.Connect, $"{endpoint} gave no answer in time.", inner: e);
        }
    }

    // Nor may it go on while this process stands still, or waits for a late answer: what the other side's kernel has not confirmed for so long
    // is given up, and the connection with it.
    private static void LimitRetransmission(Socket socket)
    {
        const int tcp = 6;
        const int userTimeout = 18; // Linux: TCP_USER_TIMEOUT, tcp(7), in milliseconds
        const int maxRetransmission = 5; // Windows: TCP_MAXRT, in seconds
        try
        {
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(tcp, userTimeout, BitConverter.GetBytes((int)LongestRetransmission.TotalMilliseconds));
            }
            else if (OperatingSystem.IsWindows())
            {
                socket.SetRawSocketOption(tcp, maxRetransmission, BitConverter.GetBytes((int)LongestRetransmission.TotalSeconds));
            }
        }
        catch (SocketException)
        {
            // A system that does not know it gives up when it likes.
        }
    }

    private static LdapFailure FailureOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => LdapFailure.ConnectionRefused,
        SocketError.TimedOut => LdapFailure.TimedOut,
        SocketError.ConnectionReset or SocketError.ConnectionAborted => LdapFailure.ClosedByPeer,
        _ => LdapFailure.Unreachable,
    };
}
