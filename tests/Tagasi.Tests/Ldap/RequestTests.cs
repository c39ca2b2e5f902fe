using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

/// <summary>Many requests on one connection, and what becomes of them when it breaks.</summary>
public sealed class RequestTests
{
    private static readonly LdapModification[] Change = [LdapModification.Replace("unicodePwd", new byte[] { 1, 2, 3 })];

    [Fact]
    public async Task Answers_in_any_order_reach_whom_they_belong_to()
    {
        const int Count = 200;
        await using var server = ScriptedServer.Start(async end =>
        {
            var requests = new List<Request>();
            while (requests.Count < Count)
            {
                requests.Add(await end.NextAsync());
            }

            foreach (var request in requests.OrderBy(r => r.Id * 7919 % 211))
            {
                await end.SendAsync(Answers.Entry(request.Id, "CN=x", ("echo", [request.Text()])), Answers.Done(request.Id));
            }

            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            var entry = await connection.ReadAsync($"CN=number {i:D4}", ["echo"]);
            Assert.Contains($"CN=number {i:D4}", entry!.Text("echo")!, StringComparison.Ordinal);
        }));
    }

    [Fact]
    public async Task A_refused_modify_is_a_result_and_the_connection_goes_on()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var refused = await end.NextAsync();
            await end.SendAsync(Answers.Result(refused.Id, Answers.ModifyResponse, 53, "0000052D: Unwilling", referrals: ["ldap://evil.test/"]));
            var applied = await end.NextAsync();
            Assert.Equal("1.2.840.113556.1.4.2239", Assert.Single(applied.Controls).Oid);
            Assert.True(applied.Controls[0].IsCritical);
            await end.SendAsync(Answers.Result(applied.Id, Answers.ModifyResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var result = await connection.ModifyAsync("CN=x", Change);
        Assert.Equal((LdapResultCode.UnwillingToPerform, 0x52D), (result.Code, result.Win32Code));
        Assert.Equal(["ldap://evil.test/"], result.Referrals);
        Assert.True((await connection.ModifyAsync("CN=x", Change, [new LdapControl("1.2.840.113556.1.4.2239", true)])).IsSuccess);
        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task A_connection_that_breaks_tells_every_request_whether_it_may_have_been_carried_out()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            await end.NextAsync();
            end.Reset();
        });
        await using var connection = await server.ConnectAsync();

        var sent = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change))));
        Assert.All(sent, e => Assert.Equal((LdapFailure.ClosedByPeer, true), (e.Failure, e.MayHaveBeenCarriedOut)));
        Assert.False(connection.IsUsable);

        var unsent = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", Change));
        Assert.False(unsent.MayHaveBeenCarriedOut);
    }

    [Fact]
    public async Task A_notice_of_disconnection_ends_the_connection_with_the_servers_words()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            await end.SendAsync(
                Answers.Result(0, Answers.ExtendedResponse, 0, extendedName: "1.2.3.4"),
                Answers.Result(0, Answers.ExtendedResponse, 52, "shutting down", extendedName: "1.3.6.1.4.1.1466.20036"));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ReadAsync("", []));
        Assert.Equal(LdapFailure.NoticeOfDisconnection, failure.Failure);
        Assert.Contains("shutting down", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_says_goodbye_and_fails_what_is_under_way()
    {
        var goodbye = new TaskCompletionSource<Request>();
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            goodbye.SetResult(await end.NextAsync());
            // A server that closed at once might be quicker than the client.
            await end.StallAsync();
        });
        var connection = await server.ConnectAsync();
        var read = connection.ReadAsync("", []);
        await connection.DisposeAsync();

        Assert.Equal(0x42, (await goodbye.Task).Tag);
        Assert.Equal(LdapFailure.Disposed, (await Assert.ThrowsAsync<LdapConnectionException>(() => read)).Failure);
        Assert.Equal(LdapFailure.Disposed, (await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ReadAsync("", []))).Failure);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_write_is_cancelled_only_as_long_as_it_was_not_sent()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await cancel.CancelAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.ModifyResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        Assert.True((await connection.ModifyAsync("CN=x", Change, cancellationToken: cancel.Token)).IsSuccess);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ModifyAsync("CN=x", Change, cancellationToken: cancel.Token));
        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task Wrong_use_is_told_at_once()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        await using var connection = await server.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => connection.ModifyAsync("CN=x", []));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => connection.ReadAsync("", [], timeout: TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => connection.ReadAsync("", [], timeout: Timeout.InfiniteTimeSpan));
        Assert.Throws<InvalidOperationException>(() => connection.SearchAsync(new LdapSearch { BaseDn = "", PageSize = 0 }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => LdapConnection.ConnectAsync(ScriptedServer.Options with { Host = "" }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => LdapConnection.ConnectAsync(ScriptedServer.Options with { Port = 70_000 }));
    }
}
