using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

public sealed class SearchTests
{
    private static readonly LdapSearch Everyone = new() { BaseDn = "DC=x", PageSize = 3 };

    [Fact]
    public async Task Pages_are_asked_for_one_after_the_other_with_the_cookie_of_the_last()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            foreach (var (cookie, next) in new[] { ("", "one"), ("one", "two"), ("two", "") })
            {
                var request = await end.NextAsync();
                var paging = Assert.Single(request.Controls);
                Assert.True(paging.IsCritical);
                Assert.Equal(PagingRequest(3, cookie), paging.Value!.Value.ToArray());
                await end.SendAsync(Answers.Entry(request.Id, $"CN=after {cookie}"), Answers.Reference(request.Id, $"ldap://{next}"), Answers.Done(request.Id, next));
            }

            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var results = connection.SearchAsync(Everyone);
        Assert.Equal(["CN=after ", "CN=after one", "CN=after two"], await NamesAsync(results));
        Assert.Equal(["ldap://one", "ldap://two", "ldap://"], results.References);
        Assert.True(results.Result!.IsSuccess);
        await Assert.ThrowsAsync<InvalidOperationException>(() => NamesAsync(results));
    }

    [Fact]
    public async Task A_search_that_ends_badly_gives_its_entries_first()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Entry(request.Id, "CN=a"), Answers.Result(request.Id, Answers.SearchDone, 4, "00000004: enough"));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var names = new List<string>();
        var refused = await Assert.ThrowsAsync<LdapRefusedException>(async () =>
        {
            await foreach (var entry in connection.SearchAsync(Everyone))
            {
                names.Add(entry.Dn);
            }
        });
        Assert.Equal(["CN=a"], names);
        Assert.Equal((LdapResultCode.SizeLimitExceeded, 4), (refused.Result.Code, refused.Result.Win32Code));
        Assert.True(connection.IsUsable);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(0, true)]
    [InlineData(50, false)]
    public async Task Reading_what_is_not_there_gives_null_and_what_is_refused_throws(int code, bool isNull)
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.SearchDone, code));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var read = connection.ReadAsync("CN=x", []);
        if (isNull)
        {
            Assert.Null(await read);
        }
        else
        {
            await Assert.ThrowsAsync<LdapRefusedException>(() => read);
        }
    }

    [Fact]
    public async Task Leaving_early_abandons_the_search_and_drops_what_still_comes()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var search = await end.NextAsync();
            await end.SendAsync(Answers.Entry(search.Id, "CN=a"), Answers.Entry(search.Id, "CN=b"));
            var abandon = await end.NextAsync();
            Assert.Equal([0x50, 1, (byte)search.Id], abandon.Operation.ToArray());
            // The answers that were on their way when the abandon came in.
            await end.SendAsync(Answers.Entry(search.Id, "CN=c"), Answers.Done(search.Id, "more"));
            var next = await end.NextAsync();
            await end.SendAsync(Answers.Entry(next.Id, "CN=next"), Answers.Done(next.Id));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        await foreach (var entry in connection.SearchAsync(Everyone))
        {
            Assert.Equal("CN=a", entry.Dn);
            break;
        }

        Assert.Equal("CN=next", (await connection.ReadAsync("CN=next", []))!.Dn);
    }

    [Fact]
    public async Task A_cancelled_search_stops_at_once_and_the_connection_goes_on()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = ScriptedServer.Start(async end =>
        {
            await end.NextAsync();
            await cancel.CancelAsync();
            Assert.Equal(0x50, (await end.NextAsync()).Tag);
            var next = await end.NextAsync();
            await end.SendAsync(Answers.Entry(next.Id, "CN=next"), Answers.Done(next.Id));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NamesAsync(connection.SearchAsync(Everyone, cancel.Token)));
        Assert.Equal("CN=next", (await connection.ReadAsync("CN=next", []))!.Dn);
    }

    [Fact]
    public async Task A_consumer_that_takes_nothing_slows_the_server_instead_of_filling_the_memory()
    {
        const int EntryBytes = 256 * 1024;
        const int Entries = 400;
        var sent = 0;
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            for (; sent < Entries; sent++)
            {
                await end.SendAsync(Answers.Entry(request.Id, "CN=x", ("blob", [new string('x', EntryBytes)])));
            }

            await end.SendAsync(Answers.Done(request.Id));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var taken = 0;
        await foreach (var entry in connection.SearchAsync(Everyone with { PageSize = null }))
        {
            if (taken++ == 0)
            {
                await SettledAsync(() => sent);
                // High water, what the socket's buffers of both ends hold, and then some: not the 100 MB that wait.
                Assert.InRange((long)sent * EntryBytes, 4 << 20, 40 << 20);
            }
        }

        Assert.Equal(Entries, taken);
    }

    [Fact]
    public async Task A_search_left_standing_does_not_stop_other_requests_while_its_page_is_of_ordinary_size()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            for (var i = 0; i < 1000; i++)
            {
                await end.SendAsync(Answers.Entry(request.Id, $"CN={i}", ("blob", [new string('x', 2000)])));
            }

            await end.SendAsync(Answers.Done(request.Id));
            while (true)
            {
                var next = await end.NextAsync();
                await end.SendAsync(Answers.Entry(next.Id, "CN=inner"), Answers.Done(next.Id));
            }
        });
        await using var connection = await server.ConnectAsync();

        var count = 0;
        await foreach (var entry in connection.SearchAsync(Everyone with { PageSize = 1000 }))
        {
            count++;
            Assert.Equal("CN=inner", count % 100 == 1 ? (await connection.ReadAsync("CN=inner", []))!.Dn : "CN=inner");
        }

        Assert.Equal(1000, count);
    }

    [Fact]
    public async Task More_references_than_any_forest_has_are_refused()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            for (var i = 0; i < 1001; i++)
            {
                await end.SendAsync(Answers.Reference(request.Id, "ldap://evil.test/"));
            }

            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();
        await Assert.ThrowsAsync<LdapProtocolException>(() => NamesAsync(connection.SearchAsync(Everyone)));
    }

    [Fact]
    public async Task A_paging_answer_that_makes_no_sense_is_a_protocol_failure()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var request = await end.NextAsync();
            await end.SendAsync(Answers.Result(request.Id, Answers.SearchDone, controls: new LdapControl("1.2.840.113556.1.4.319", false, new byte[] { 1, 2 })));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();
        await Assert.ThrowsAsync<LdapProtocolException>(() => NamesAsync(connection.SearchAsync(Everyone)));
    }

    internal static async Task<List<string>> NamesAsync(IAsyncEnumerable<LdapEntry> entries)
    {
        var names = new List<string>();
        await foreach (var entry in entries)
        {
            names.Add(entry.Dn);
        }

        return names;
    }

    private static byte[] PagingRequest(byte size, string cookie) =>
        [0x30, (byte)(5 + cookie.Length), 2, 1, size, 4, (byte)cookie.Length, .. System.Text.Encoding.ASCII.GetBytes(cookie)];

    /// <summary>Waits until a number stays what it is for a while.</summary>
    private static async Task SettledAsync(Func<int> number)
    {
        for (int before = -1, now = number(); now != before; now = number())
        {
            before = now;
            await Task.Delay(300);
        }
    }
}
