using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Tagasi.Ldap;
using Tagasi.Ldap.Wire;

namespace Tagasi.Tests.Ldap;

/// <summary>Every way in which a TLS connection can fail to come about, told apart.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task A_good_certificate_of_a_trusted_authority_connects_by_address_and_is_checked_by_name()
    {
        await using var server = ScriptedServer.StartTls(TestCertificates.Good, async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.BindResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectTlsAsync();
        Assert.True((await connection.BindAsync(LdapCredential.Simple("CN=x", "secret"u8.ToArray()))).IsSuccess);
    }

    [Fact]
    public async Task A_closed_connection_sends_nothing_more_so_that_no_modify_comes_late()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedServer.Start(async client =>
        {
            await closed.Task;
            end.SetResult(await Record.ExceptionAsync(client.StallAsync));
        });
        var options = ScriptedServer.Options with { Port = server.Port };
        var stream = await TcpConnector.ConnectAsync(options, new Deadline(options.TimeProvider, options.ConnectTimeout), TestContext.Current.CancellationToken);

        // More than both kernels hold, to a server that takes nothing.
        var writing = stream.WriteAsync(new byte[64 << 20], TestContext.Current.CancellationToken);
        Assert.False(writing.IsCompleted);
        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await writing);
        closed.SetResult();

        // A reset: what was not delivered is forgotten. An orderly end would have been delivered behind it.
        var reset = Assert.IsType<IOException>(await end.Task);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
    }

    public static TheoryData<string, LdapFailure> BadCertificates => new()
    {
        { nameof(TestCertificates.OfStranger), LdapFailure.UntrustedCertificate },
        { nameof(TestCertificates.OfOtherHost), LdapFailure.WrongHostName },
        { nameof(TestCertificates.Expired), LdapFailure.ExpiredCertificate },
        { nameof(TestCertificates.NotYetValid), LdapFailure.ExpiredCertificate },
        { nameof(TestCertificates.ForClients), LdapFailure.UntrustedCertificate },
    };

    [Theory]
    [MemberData(nameof(BadCertificates))]
    public async Task A_bad_certificate_is_refused_for_what_is_bad_about_it(string name, LdapFailure expected)
    {
        var certificate = (X509Certificate2)typeof(TestCertificates).GetProperty(name)!.GetValue(null)!;
        await using var server = ScriptedServer.StartTls(certificate, end => end.StallAsync());
        await FailsAsync(server.ConnectTlsAsync(), expected, LdapStage.Tls);
    }

    [Fact]
    public async Task Without_authorities_given_the_systems_are_asked_and_an_empty_list_trusts_nobody()
    {
        await using var server = ScriptedServer.StartTls(TestCertificates.Good, end => end.StallAsync());
        await FailsAsync(server.ConnectTlsAsync(ScriptedServer.Options with { TrustedAuthorities = null }), LdapFailure.UntrustedCertificate, LdapStage.Tls);
        await FailsAsync(server.ConnectTlsAsync(ScriptedServer.Options with { TrustedAuthorities = [] }), LdapFailure.UntrustedCertificate, LdapStage.Tls);
    }

    [Fact]
    public async Task Validity_is_judged_by_the_clock_that_was_given()
    {
        await using var server = ScriptedServer.StartTls(TestCertificates.Good, end => end.StallAsync());
        var later = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(40));
        await FailsAsync(server.ConnectTlsAsync(ScriptedServer.Options with { TimeProvider = later }), LdapFailure.ExpiredCertificate, LdapStage.Tls);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("0\u0084\u0000\u0000\u0000\u0010")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task A_server_that_does_not_speak_TLS_is_told_so(string greeting)
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.SendAsync(System.Text.Encoding.Latin1.GetBytes(greeting));
            await end.StallAsync();
        });
        await FailsAsync(server.ConnectTlsAsync(), LdapFailure.NotTls, LdapStage.Tls);
    }

    [Fact]
    public async Task A_handshake_that_the_server_refuses_is_told_so()
    {
        // A fatal handshake_failure alert (RFC 8446, 6.2).
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.ReadAsync(5);
            await end.SendAsync([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);
            await end.StallAsync();
        });
        await FailsAsync(server.ConnectTlsAsync(), LdapFailure.TlsRefused, LdapStage.Tls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_closes_in_the_handshake_is_told_so(bool reset)
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.ReadAsync(100);
            if (reset)
            {
                end.Reset();
            }
        });
        await FailsAsync(server.ConnectTlsAsync(), LdapFailure.ClosedByPeer, LdapStage.Tls);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_refuses()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)unused.LocalEndPoint!).Port;
        await FailsAsync(LdapConnection.ConnectAsync(ScriptedServer.Options with { Port = port }), LdapFailure.ConnectionRefused, LdapStage.Connect);
    }

    // RFC 2606 reserves "invalid": no resolver knows a name in it. A network that nothing leads to is refused by the system itself.
    [Fact]
    public async Task A_name_without_an_address_and_an_address_without_a_route_are_told_so()
    {
        var byName = ScriptedServer.Options with { Host = "dc1.tagasi.invalid", Address = null };
        await FailsAsync(LdapConnection.ConnectAsync(byName), LdapFailure.NameNotFound, LdapStage.Resolve);
        var nowhere = ScriptedServer.Options with { Address = IPAddress.Broadcast };
        await FailsAsync(LdapConnection.ConnectAsync(nowhere), LdapFailure.Unreachable, LdapStage.Connect);
    }

    [Fact]
    public async Task Cancelling_is_not_a_failure_of_the_server()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.ReadAsync(5);
            await cancel.CancelAsync();
            await end.StallAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LdapConnection.ConnectAsync(ScriptedServer.Options with { Port = server.Port }, cancel.Token));
    }

    private static async Task FailsAsync(Task<LdapConnection> connecting, LdapFailure failure, LdapStage stage)
    {
        var thrown = await Assert.ThrowsAsync<LdapConnectionException>(() => connecting);
        Assert.Equal((failure, stage, false), (thrown.Failure, thrown.Stage, thrown.MayHaveBeenCarriedOut));
    }
}
