using System.Buffers;
using System.Buffers.Binary;
using Tagasi.Ldap;
using Tagasi.Ldap.Requests;
using Tagasi.Ldap.Wire;

namespace Tagasi.Tests.Ldap;

/// <summary>The sealed layer after a Kerberos bind, with a seal that the test can make itself.</summary>
public sealed class SealTests
{
    private static readonly LdapConnectionOptions Options = ScriptedServer.Options with { Security = LdapSecurity.Kerberos };
    private static readonly LdapModification[] Change = [LdapModification.Replace("a", new byte[] { 1 })];

    [Fact]
    public async Task After_the_bind_both_directions_are_sealed()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await AcceptAsync(end);
            var request = await NextSealedAsync(end);
            Assert.Equal(0x66, request.Tag);
            await end.SendAsync(Frame(Answers.Result(request.Id, Answers.ModifyResponse)));
            Assert.Equal(0x42, (await NextSealedAsync(end)).Tag);
        });
        await using var connection = await BoundAsync(server);
        Assert.True((await connection.ModifyAsync("CN=x", Change)).IsSuccess);
    }

    // The trap: were the reader to look before the binder has spoken, it would take sealed bytes for a message.
    [Fact]
    public async Task Sealed_frames_right_behind_the_binds_success_are_opened()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var bind = await end.NextAsync();
            await end.SendAsync(
                Answers.Result(bind.Id, Answers.BindResponse, saslCredentials: [9]),
                Frame(Answers.Result(0, Answers.ExtendedResponse, extendedName: "1.2.3")),
                Frame(Answers.Result(0, Answers.ExtendedResponse, 52, "sealed goodbye", extendedName: "1.3.6.1.4.1.1466.20036")));
            await end.StallAsync();
        });
        for (var i = 0; i < 50; i++)
        {
            await using var connection = await BoundAsync(server);
            var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ReadAsync("", []));
            Assert.Contains("sealed goodbye", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_message_may_span_frames_and_a_frame_may_hold_messages()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await AcceptAsync(end);
            var request = await NextSealedAsync(end);
            byte[] all = [.. Answers.Entry(request.Id, "CN=x", ("a", [new string('x', 1000)])), .. Answers.Done(request.Id)];
            await end.SendAsync([.. all.Chunk(100).Select(Frame)]);
            request = await NextSealedAsync(end);
            await end.SendAsync(Frame([.. Answers.Entry(request.Id, "CN=y"), .. Answers.Done(request.Id)]));
            await end.StallAsync();
        });
        await using var connection = await BoundAsync(server);
        Assert.Equal(1000, (await connection.ReadAsync("CN=x", []))!.Text("a")!.Length);
        Assert.Equal("CN=y", (await connection.ReadAsync("CN=y", []))!.Dn);
    }

    [Theory]
    [InlineData("00000000", "a frame of nothing")]
    [InlineData("7FFFFFFF", "a frame of two gigabytes")]
    [InlineData("FFFFFFFF", "a frame of four gigabytes")]
    [InlineData("0000000401020304", "a seal that does not hold")]
    [InlineData("300C02010267070A010004000400", "a message that is not sealed")]
    public async Task A_frame_that_lies_breaks_the_connection(string hex, string lie)
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await AcceptAsync(end);
            await NextSealedAsync(end);
            await end.SendAsync(Convert.FromHexString(hex));
            await end.StallAsync();
        });
        await using var connection = await BoundAsync(server);
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change));
        Assert.True(failure is { Failure: LdapFailure.ProtocolViolation, MayHaveBeenCarriedOut: true }, lie);
    }

    [Fact]
    public async Task Rounds_go_on_as_long_as_the_server_asks_but_not_for_ever()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            while (true)
            {
                var bind = await end.NextAsync();
                await end.SendAsync(Answers.Result(bind.Id, Answers.BindResponse, 14, saslCredentials: [1]));
            }
        });
        await using var connection = await server.ConnectAsync(Options, () => new ScriptedContext());
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.BindAsync(LdapCredential.Kerberos()));
        Assert.Equal(LdapFailure.KerberosFailed, failure.Failure);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task A_refused_bind_is_a_result_and_another_may_follow()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var bind = await end.NextAsync();
            await end.SendAsync(Answers.Result(bind.Id, Answers.BindResponse, 49, "80090308: no"));
            await AcceptAsync(end);
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync(Options, () => new ScriptedContext());
        Assert.Equal(LdapResultCode.InvalidCredentials, (await connection.BindAsync(LdapCredential.Kerberos())).Code);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ReadAsync("", []));
        Assert.True((await connection.BindAsync(LdapCredential.Kerberos())).IsSuccess);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BindAsync(LdapCredential.Kerberos()));
    }

    [Fact]
    public async Task A_server_that_does_not_prove_itself_is_not_bound_to()
    {
        await using var server = ScriptedServer.Start(AcceptAsync);
        await using var connection = await server.ConnectAsync(Options, () => new ScriptedContext { IsGenuine = false });
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.BindAsync(LdapCredential.Kerberos()));
        Assert.Equal(LdapFailure.KerberosFailed, failure.Failure);
        await Assert.ThrowsAnyAsync<Exception>(() => connection.ModifyAsync("CN=x", Change));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task Nothing_but_the_bind_goes_over_a_connection_that_is_not_sealed_yet()
    {
        var sent = new List<byte>();
        await using var server = ScriptedServer.Start(async end =>
        {
            while (true)
            {
                sent.Add((await end.NextAsync()).Tag);
            }
        });
        await using (var connection = await server.ConnectAsync(Options, () => new ScriptedContext()))
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ModifyAsync("CN=x", Change));
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ReadAsync("", []));
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BindAsync(LdapCredential.Simple("CN=x", "secret"u8.ToArray())));
        }

        Assert.DoesNotContain(sent, tag => tag != 0x42);
    }

    private static async Task<LdapConnection> BoundAsync(ScriptedServer server)
    {
        var connection = await server.ConnectAsync(Options, () => new ScriptedContext());
        Assert.True((await connection.BindAsync(LdapCredential.Kerberos())).IsSuccess);
        return connection;
    }

    private static async Task AcceptAsync(ServerEnd end)
    {
        var bind = await end.NextAsync();
        Assert.Contains("GSS-SPNEGO", bind.Text(), StringComparison.Ordinal);
        await end.SendAsync(Answers.Result(bind.Id, Answers.BindResponse, saslCredentials: [9]));
    }

    private static async Task<Request> NextSealedAsync(ServerEnd end)
    {
        var token = await end.ReadAsync(BinaryPrimitives.ReadInt32BigEndian(await end.ReadAsync(4)));
        return Request.Read(ScriptedSeal.Open(token));
    }

    private static byte[] Frame(byte[] plain)
    {
        var token = new ArrayBufferWriter<byte>();
        new ScriptedSeal().Wrap(plain, token);
        var frame = new byte[4 + token.WrittenCount];
        BinaryPrimitives.WriteInt32BigEndian(frame, token.WrittenCount);
        token.WrittenSpan.CopyTo(frame.AsSpan(4));
        return frame;
    }

    private sealed class ScriptedContext : ISaslContext
    {
        public bool IsGenuine { get; init; } = true;

        public Task<byte[]> NextAsync(ReadOnlyMemory<byte> challenge, Deadline deadline, CancellationToken cancellation) => Task.FromResult<byte[]>([1, 2, 3]);

        // The wait gives a reader that does not wait the time to go wrong.
        public async Task<ISeal> CompleteAsync(ReadOnlyMemory<byte> lastToken, Deadline deadline)
        {
            await Task.Delay(20);
            return IsGenuine ? new ScriptedSeal() : throw new LdapConnectionException(LdapFailure.KerberosFailed, LdapStage.Bind, "not mutual");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Flips every bit and puts a mark in front: enough to tell sealed bytes from plain ones.</summary>
    private sealed class ScriptedSeal : ISeal
    {
        private const byte Mark = 0x5E;

        public static byte[] Open(ReadOnlySpan<byte> token) =>
            token[0] == Mark ? [.. token[1..].ToArray().Select(b => (byte)~b)] : throw new LdapProtocolException("The seal does not hold.");

        public void Wrap(ReadOnlySpan<byte> plain, IBufferWriter<byte> output) => output.Write([Mark, .. plain.ToArray().Select(b => (byte)~b)]);

        public void Unwrap(ReadOnlySpan<byte> token, IBufferWriter<byte> output) => output.Write(Open(token));

        public void Dispose()
        {
        }
    }
}
