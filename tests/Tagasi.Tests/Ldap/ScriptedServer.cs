using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tagasi.Ldap;
using Tagasi.Ldap.Requests;

namespace Tagasi.Tests.Ldap;

/// <summary>A server that does to one client after the other what its script says, over TCP or TLS on a free port.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string Host = "dc1.scripted.test";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    private ScriptedServer(Func<ServerEnd, Task> script, X509Certificate2? certificate)
    {
        _listener.Start();
        _running = RunAsync(script, certificate);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static LdapConnectionOptions Options { get; } = new()
    {
        Host = Host,
        Address = IPAddress.Loopback,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        RequestTimeout = TimeSpan.FromSeconds(20),
        TrustedAuthorities = [TestCertificates.Authority],
    };

    public static ScriptedServer Start(Func<ServerEnd, Task> script) => new(script, null);

    public static ScriptedServer StartTls(X509Certificate2 certificate, Func<ServerEnd, Task> script) => new(script, certificate);

    /// <summary>A client over plain TCP, which only tests can have.</summary>
    public async Task<LdapConnection> ConnectAsync(LdapConnectionOptions? options = null, Func<ISaslContext>? newContext = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return LdapConnection.Over(new NetworkStream(socket, ownsSocket: true), options ?? Options, newContext);
    }

    public Task<LdapConnection> ConnectTlsAsync(LdapConnectionOptions? options = null) =>
        LdapConnection.ConnectAsync((options ?? Options) with { Port = Port });

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _running;
        _over.Dispose();
    }

    private async Task RunAsync(Func<ServerEnd, Task> script, X509Certificate2? certificate)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_over.Token);
                client.NoDelay = true;
                await using var server = new ServerEnd(client, _over.Token);
                if (certificate is not null)
                {
                    await server.StartTlsAsync(certificate);
                }

                await script(server);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client went its way, or the test is over; what the client saw is what the test asserts.
            }
        }
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class ServerEnd(TcpClient client, CancellationToken over) : IAsyncDisposable
{
    private Stream _stream = client.GetStream();

    public CancellationToken Over => over;

    public async Task StartTlsAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, over);
    }

    /// <summary>The next request, whole.</summary>
    public async Task<Request> NextAsync()
    {
        var header = new byte[2];
        await _stream.ReadExactlyAsync(header, over);
        var more = new byte[header[1] < 0x80 ? 0 : header[1] & 0x7F];
        await _stream.ReadExactlyAsync(more, over);
        var length = more.Aggregate(header[1] < 0x80 ? header[1] : 0, (sum, b) => (sum << 8) | b);
        var content = new byte[length];
        await _stream.ReadExactlyAsync(content, over);
        return Request.Read([.. header, .. more, .. content]);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, over);
        return bytes;
    }

    public async Task SendAsync(params byte[][] messages)
    {
        await _stream.WriteAsync(messages.SelectMany(m => m).ToArray(), over);
        await _stream.FlushAsync(over);
    }

    /// <summary>Says nothing until the client goes or the test is over.</summary>
    public async Task StallAsync() => await _stream.CopyToAsync(Stream.Null, over);

    /// <summary>Does not even take what the client sends.</summary>
    public async Task FreezeAsync() => await Task.Delay(Timeout.Infinite, over);

    /// <summary>Closes with a reset.</summary>
    public void Reset() => client.Client.LingerState = new LingerOption(true, 0);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return _stream.DisposeAsync();
    }
}
