using System.Net;
using System.Net.Sockets;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

/// <summary>A server that lies. Every request ends with the connection broken, and nothing else is thrown or believed.</summary>
public sealed class HostileServerTests
{
    private static readonly LdapModification[] Change = [LdapModification.Replace("a", new byte[] { 1 })];

    public static TheoryData<string, string> Lies => new()
    {
        { "an answer to what was not asked", Convert.ToHexString(Answers.Done(99)) },
        { "a search's answer to a modify", Convert.ToHexString(Answers.Entry(1, "CN=x")) },
        { "a bind's answer to a modify", Convert.ToHexString(Answers.Result(1, Answers.BindResponse)) },
        { "an answer to message 0", Convert.ToHexString(Answers.Done(0)) },
        { "no message at all", "485454502F312E31" },
        { "a first byte that no message has", "04" },
        { "a message over the limit", "308400500000" },
        { "a message of four gigabytes", "3084FFFFFFFF" },
        { "an indefinite length", "3080" },
        { "a length of lengths", "30FF" },
        { "a message whose parts are longer than it is", "3005020101677F" },
        { "a message of nothing", "3000" },
    };

    [Fact]
    public async Task Where_a_referral_leads_nobody_ever_connects()
    {
        using var lure = new TcpListener(IPAddress.Loopback, 0);
        lure.Start();
        var there = $"ldap://127.0.0.1:{((IPEndPoint)lure.LocalEndpoint).Port}/CN=x";
        await using var server = ScriptedServer.Start(async end =>
        {
            var modify = await end.NextAsync();
            await end.SendAsync(Answers.Result(modify.Id, Answers.ModifyResponse, 10, "0000202B: RefErr", [there]));
            var search = await end.NextAsync();
            await end.SendAsync(Answers.Entry(search.Id, "CN=x"), Answers.Reference(search.Id, there), Answers.Result(search.Id, Answers.SearchDone, 10, "0000202B: RefErr", [there]));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        Assert.Equal([there], (await connection.ModifyAsync("CN=x", Change)).Referrals);
        var results = connection.SearchAsync(new LdapSearch { BaseDn = "DC=x" });
        await Assert.ThrowsAsync<LdapRefusedException>(async () => await results.CountAsync());
        Assert.Equal([there], results.References);
        Assert.False(lure.Pending());
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_breaks_the_connection_and_the_write_may_have_been_carried_out(string lie, string hex)
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            await end.SendAsync(Convert.FromHexString(hex));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change));
        Assert.True(failure is { Failure: LdapFailure.ProtocolViolation, MayHaveBeenCarriedOut: true, InnerException: LdapProtocolException }, lie);
        Assert.False(connection.IsUsable);
    }

    // Once it hung for ever: the reader had forgotten the request before it looked at its answer.
    [Fact]
    public async Task A_request_answered_with_the_wrong_kind_fails_at_once_also_when_it_is_a_search()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.ModifyResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ReadAsync("", []).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(LdapFailure.ProtocolViolation, failure.Failure);
    }

    [Fact]
    public async Task A_second_answer_to_one_request_breaks_the_connection()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.ModifyResponse), Answers.Result(request.Id, Answers.ModifyResponse, 53));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        Assert.True((await connection.ModifyAsync("CN=x", Change)).IsSuccess);
        await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task A_lie_told_to_one_request_ends_all_of_them()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            await end.NextAsync();
            await end.SendAsync(Answers.Done(77));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var failures = await Task.WhenAll(
            Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change)),
            Assert.ThrowsAsync<LdapConnectionException>(() => connection.ReadAsync("CN=x", [])));
        Assert.All(failures, failure => Assert.Equal(LdapFailure.ProtocolViolation, failure.Failure));
    }

    [Fact]
    public async Task A_server_that_owes_a_thousand_answers_is_given_up()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        await using var connection = await server.ConnectAsync();
        for (var i = 0; i < 1001 && connection.IsUsable; i++)
        {
            using var cancel = new CancellationTokenSource();
            var read = connection.ReadAsync("", [], cancellationToken: cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }

        Assert.False(connection.IsUsable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_cut_at_any_byte_is_a_broken_connection_and_never_half_an_answer(bool reset)
    {
        byte[][] answers =
        [
            Answers.Result(1, Answers.BindResponse),
            [.. Answers.Entry(2, "CN=Anna,DC=x", ("cn", ["Anna"])), .. Answers.Done(2)],
            Answers.Result(3, Answers.ModifyResponse),
        ];
        var cut = 0;
        await using var server = ScriptedServer.Start(async end =>
        {
            var left = cut;
            foreach (var answer in answers)
            {
                await end.NextAsync();
                await end.SendAsync(answer[..Math.Min(answer.Length, left)]);
                left -= answer.Length;
                if (left < 0)
                {
                    break;
                }
            }

            if (reset)
            {
                end.Reset();
            }
        });

        for (cut = 0; cut < answers.Sum(answer => answer.Length); cut++)
        {
            await using var connection = await server.ConnectAsync();
            var failure = await Record.ExceptionAsync(async () =>
            {
                Assert.True((await connection.BindAsync(LdapCredential.Simple("CN=x", "secret"u8.ToArray()))).IsSuccess);
                Assert.Equal("Anna", (await connection.ReadAsync("CN=Anna,DC=x", []))!.Text("cn"));
                Assert.True((await connection.ModifyAsync("CN=Anna,DC=x", Change)).IsSuccess);
            });
            Assert.True(failure is LdapConnectionException { Failure: LdapFailure.ClosedByPeer }, $"Cut at {cut}: {failure}");
        }
    }
}
