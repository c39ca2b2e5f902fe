using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

/// <summary>Measured against the clock, so alone on the machine as far as the tests go.</summary>
[CollectionDefinition(nameof(DeadlineTests), DisableParallelization = true)]
public sealed class AloneOnTheClock;

/// <summary>A server that stops at every stage: each wait ends by its own deadline, with real clocks.</summary>
[Collection(nameof(DeadlineTests))]
public sealed class DeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly LdapModification[] Change = [LdapModification.Replace("a", new byte[] { 1 })];

    // More than the buffers of a connection hold, so that its writing cannot end by itself.
    private static readonly LdapModification Large = LdapModification.Replace("a", new byte[32 * 1024 * 1024]);

    [Fact]
    public async Task Connecting_to_a_host_that_answers_nothing_ends_by_the_deadline()
    {
        // A listener whose queue is full: the system drops further greetings, as a firewall would.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var waiting = Enumerable.Range(0, 8).Select(_ => new TcpClient()).ToList();
        waiting.ForEach(client => _ = client.ConnectAsync(IPAddress.Loopback, port).ContinueWith(t => t.Exception, TaskScheduler.Default));
        await Task.Delay(100);

        var failure = await FailsInTimeAsync(() => LdapConnection.ConnectAsync(ScriptedServer.Options with { Port = port, ConnectTimeout = Short }));
        Assert.Equal((LdapFailure.TimedOut, LdapStage.Connect), (failure.Failure, failure.Stage));
        waiting.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_server_silent_in_the_TLS_handshake_ends_it_by_the_deadline()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        var failure = await FailsInTimeAsync(() => server.ConnectTlsAsync(ScriptedServer.Options with { ConnectTimeout = Short * 5 }));
        Assert.Equal((LdapFailure.TimedOut, LdapStage.Tls), (failure.Failure, failure.Stage));
    }

    [Fact]
    public async Task A_bind_that_is_not_answered_ends_by_its_deadline_and_breaks_the_connection()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        await using var connection = await server.ConnectAsync();
        var failure = await FailsInTimeAsync(() => connection.BindAsync(LdapCredential.Simple("x", new byte[] { 1 }), Short));
        Assert.Equal((LdapFailure.TimedOut, LdapStage.Bind, true), (failure.Failure, failure.Stage, failure.MayHaveBeenCarriedOut));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task A_modify_that_is_not_answered_may_have_been_carried_out_and_breaks_the_connection()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        await using var connection = await server.ConnectAsync();
        var failure = await FailsInTimeAsync(() => connection.ModifyAsync("CN=x", Change, timeout: Short));
        Assert.Equal((LdapFailure.TimedOut, LdapStage.Request, true), (failure.Failure, failure.Stage, failure.MayHaveBeenCarriedOut));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task A_search_that_is_not_answered_is_abandoned_and_its_late_answer_harms_nobody()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var late = await end.NextAsync();
            Assert.Equal(0x50, (await end.NextAsync()).Tag);
            var next = await end.NextAsync();
            await end.SendAsync(Answers.Entry(late.Id, "CN=late"), Answers.Done(late.Id), Answers.Entry(next.Id, "CN=next"), Answers.Done(next.Id));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var failure = await FailsInTimeAsync(() => connection.ReadAsync("CN=late", [], timeout: Short));
        Assert.Equal(LdapFailure.TimedOut, failure.Failure);
        Assert.True(connection.IsUsable);
        Assert.Equal("CN=next", (await connection.ReadAsync("CN=next", []))!.Dn);
    }

    [Fact]
    public async Task A_server_that_drips_bytes_does_not_prolong_a_request()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            foreach (var b in Answers.Entry(request.Id, "CN=" + new string('x', 5000)))
            {
                await end.SendAsync([b]);
                await Task.Delay(20, end.Over);
            }
        });
        await using var connection = await server.ConnectAsync();
        Assert.Equal(LdapFailure.TimedOut, (await FailsInTimeAsync(() => connection.ReadAsync("", [], timeout: Short))).Failure);
    }

    [Fact]
    public async Task A_server_that_drips_entries_does_not_prolong_a_page()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            while (true)
            {
                await end.SendAsync(Answers.Entry(request.Id, "CN=x"));
                await Task.Delay(20, end.Over);
            }
        });
        await using var connection = await server.ConnectAsync();
        var search = new LdapSearch { BaseDn = "", Timeout = Short };
        Assert.Equal(LdapFailure.TimedOut, (await FailsInTimeAsync(() => SearchTests.NamesAsync(connection.SearchAsync(search)))).Failure);
    }

    [Fact]
    public async Task Empty_pages_without_end_come_to_an_end()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            while (true)
            {
                var request = await end.NextAsync();
                await end.SendAsync(Answers.Done(request.Id, "more"));
            }
        });
        await using var connection = await server.ConnectAsync();
        var search = new LdapSearch { BaseDn = "", Timeout = Short };
        Assert.Equal(LdapFailure.TimedOut, (await FailsInTimeAsync(() => SearchTests.NamesAsync(connection.SearchAsync(search)))).Failure);
    }

    [Fact]
    public async Task A_consumers_own_time_does_not_count()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            foreach (var next in new[] { "more", "" })
            {
                var request = await end.NextAsync();
                await end.SendAsync(Answers.Entry(request.Id, "CN=a"), Answers.Entry(request.Id, "CN=b"), Answers.Done(request.Id, next));
            }

            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();
        var count = 0;
        await foreach (var entry in connection.SearchAsync(new LdapSearch { BaseDn = "", Timeout = Short }))
        {
            count++;
            await Task.Delay(Short * 1.2);
        }

        Assert.Equal(4, count);
    }

    [Fact]
    public async Task A_server_that_takes_no_bytes_ends_the_writer_and_those_behind_it_by_their_deadlines()
    {
        await using var server = ScriptedServer.Start(end => end.FreezeAsync());
        await using var connection = await server.ConnectAsync();
        var stuck = FailsInTimeAsync(() => connection.ModifyAsync("CN=x", [Large], timeout: Short * 10));
        await Task.Delay(50);
        var behind = await FailsInTimeAsync(() => connection.ModifyAsync("CN=x", Change, timeout: Short));
        Assert.Equal((LdapFailure.TimedOut, false), (behind.Failure, behind.MayHaveBeenCarriedOut));
        Assert.Equal((LdapFailure.TimedOut, true), ((await stuck).Failure, (await stuck).MayHaveBeenCarriedOut));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task Disposing_of_a_frozen_connection_does_not_wait_for_it()
    {
        await using var server = ScriptedServer.Start(end => end.FreezeAsync());
        var connection = await server.ConnectAsync();
        var stuck = Record.ExceptionAsync(() => connection.ModifyAsync("CN=x", [Large]));
        await Task.Delay(50);
        var clock = Stopwatch.StartNew();
        await connection.DisposeAsync();
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(LdapFailure.Disposed, Assert.IsType<LdapConnectionException>(await stuck).Failure);
    }

    /// <summary>It fails, neither before its deadline nor long after it (the machine may be busy).</summary>
    private static async Task<LdapConnectionException> FailsInTimeAsync(Func<Task> act)
    {
        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(act);
        Assert.InRange(clock.Elapsed, Short * 0.9, TimeSpan.FromSeconds(10));
        return failure;
    }
}
