using Tagasi.ActiveDirectory;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>A real domain controller that freezes, stops, or hands its role to another.</summary>
public sealed class FaultTests(North north) : IClassFixture<North>
{
    private const string Fine = "Quite-Fine-2026-Passw0rd";

    // Has the domain controller's database for itself for a while, in which others read on.
    private const string LongWriter = """
        import time
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB
        lp = LoadParm()
        lp.load_default()
        samdb = SamDB(url=lp.samdb_url(), session_info=system_session(), lp=lp)
        samdb.transaction_start()
        print("held", flush=True)
        time.sleep(15)
        samdb.transaction_cancel()
        """;

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_frozen_PDC_emulator_is_unavailable_by_the_deadline()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        await north.ReadAsync("anna", domain);
        var start = TimeProvider.System.GetTimestamp();
        var reading = await WhileAsync("freeze", "thaw", () => domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, Short, TestContext.Current.CancellationToken));
        Assert.Equal(FailureCause.TimedOut, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Short + TimeSpan.FromSeconds(2));
        await north.ReadAsync("anna", domain);
    }

    [Fact]
    public async Task A_write_into_a_frozen_PDC_emulator_is_unknown_and_a_look_tells_later()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var account = await north.ReadAsync("stud01", domain);
        var write = await WhileAsync("freeze", "thaw", () => north.WriteAsync(account, Fine, Short, domain));
        var unknown = Assert.IsType<PasswordWrite.Unknown>(write);

        var seen = await UntilSeenAsync(domain, account);
        Assert.Equal(account.Server, seen.Proof.Server);
        Assert.NotNull(seen.Proof.ServerTime);
        Assert.Equal(seen.Proof.RawPasswordLastSet != unknown.Before.RawPasswordLastSet, await Lab.CanLogOnAsync("stud01", Fine));
    }

    [Fact]
    public async Task A_PDC_emulator_that_is_still_at_a_write_while_it_answers_others_is_waited_for()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var account = await north.ReadAsync("stud12", domain);
        await using var writer = ChildProcess.Start(Executables.Lab, ["exec", "python3", "-c", LongWriter]);
        await writer.UntilSaysAsync("held", North.Enough);
        Assert.IsType<PasswordWrite.Unknown>(await north.WriteAsync(account, Fine, Short, domain));
        Assert.IsType<WriteLook.Unavailable>(await LookAsync(domain, account));

        Assert.Equal(0, await writer.UntilEndsAsync(North.Enough));
        Assert.NotEqual(account.RawPasswordLastSet, (await UntilSeenAsync(domain, account)).Proof.RawPasswordLastSet);
        Assert.True(await Lab.CanLogOnAsync("stud12", Fine));
    }

    [Fact]
    public async Task Where_no_connection_can_be_made_nothing_was_sent()
    {
        var account = await north.ReadAsync("stud02");
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var write = await WhileAsync("freeze", "thaw", () => north.WriteAsync(account, Fine, Short, domain));
        Assert.Equal(RefusalCause.Unreachable, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.Equal(account.RawPasswordLastSet, (await north.ReadAsync("stud02")).RawPasswordLastSet);
    }

    [Fact]
    public async Task A_PDC_emulator_that_was_stopped_and_started_costs_no_unknown_outcome()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var account = await north.ReadAsync("stud03", domain);
        var write = await WhileAsync("stop", "start", () => north.WriteAsync(account, Fine, North.Enough, domain));
        Assert.Equal(RefusalCause.Unreachable, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(account, Fine, North.Enough, domain));
    }

    [Fact]
    public async Task While_the_PDC_emulator_is_away_the_other_domain_controller_is_not_taken_for_it()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var reading = await WhileAsync("stop", "start", () => domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, North.Enough, TestContext.Current.CancellationToken));
        Assert.IsType<AccountReading.Unavailable>(reading);
    }

    [Fact]
    public async Task A_transferred_PDC_emulator_is_noticed_within_fifteen_seconds()
    {
        Assert.Equal("dc1.north.example", (await north.ReadAsync("stud04")).Server);
        await Lab.RunAsync("transfer-pdc", "north-dc2");
        try
        {
            var start = TimeProvider.System.GetTimestamp();
            var account = await UntilAtAsync("dc2.north.example", north.Domain, "stud04");
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Promised);
            Assert.Equal("dc2.north.example", Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(account, Fine)).After.Server);
        }
        finally
        {
            await Lab.RunAsync("transfer-pdc", "north-dc1");
            // The other tests mean the former one.
            await UntilAtAsync("dc1.north.example", north.Domain, "stud04");
        }
    }

    [Fact]
    public async Task A_transferred_PDC_emulator_is_found_within_fifteen_seconds_though_the_former_one_is_gone()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        await north.ReadAsync("stud05", domain);
        await Lab.RunAsync("transfer-pdc", "north-dc2");
        try
        {
            await WhileAsync("stop", "start", async () =>
            {
                var start = TimeProvider.System.GetTimestamp();
                var account = await UntilAtAsync("dc2.north.example", domain, "stud05");
                Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Promised);
                Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(account, Fine, domain: domain)).Warning);
                return account;
            });
        }
        finally
        {
            await Lab.RunAsync("transfer-pdc", "north-dc1");
        }
    }

    [Theory]
    [InlineData("stop", "start")]
    [InlineData("freeze", "thaw")]
    public async Task With_leave_another_domain_controller_stands_in_for_a_lost_PDC_emulator_and_replication_carries_the_password_on(string lose, string restore)
    {
        await using var domain = new ActiveDirectoryDomain(North.Options() with { AllowFallback = true }, TimeProvider.System);
        var name = lose == "stop" ? "stud06" : "stud07";
        Assert.True((await north.ReadAsync(name, domain)).IsAtPdcEmulator);
        var written = await WhileAsync(lose, restore, async () =>
        {
            var start = TimeProvider.System.GetTimestamp();
            var account = await UntilAtAsync("dc2.north.example", domain, name);
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Promised);
            Assert.False(account.IsAtPdcEmulator);
            return Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(account, Fine, domain: domain));
        });
        Assert.Equal((WriteWarning.NotYetEverywhere, "dc2.north.example"), (written.Warning, written.After.Server));
        await UntilEverywhereAsync(domain, name, written.After);
        await UntilAtAsync("dc1.north.example", domain, name);
        Assert.True(await Lab.CanLogOnAsync(name, Fine));
    }

    [Fact]
    public async Task A_domain_controller_that_cannot_be_asked_is_told_from_one_that_has_the_password()
    {
        var written = Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync("stud08", Fine));
        await UntilEverywhereAsync(north.Domain, "stud08", written.After);
        var states = await WhileAsync("stop", "start", () => ReplicasAsync(north.Domain, "stud08", null));
        Assert.IsType<ReplicaState.Unavailable>(states.Single(state => state.Server == "dc1.north.example"));
        Assert.True(Assert.IsType<ReplicaState.Shown>(states.Single(state => state.Server == "dc2.north.example")).Proof.HasArrived(written.After));
    }

    [Fact]
    public async Task A_site_shows_its_own_domain_controllers()
    {
        var states = await ReplicasAsync(north.Domain, "stud09", "Default-First-Site-Name");
        Assert.Equal(["dc1.north.example", "dc2.north.example"], states.Select(state => state.Server).Order());
        Assert.Equal(2, states.Select(state => Assert.IsType<ReplicaState.Shown>(state).Proof.ServerInvocationId).Distinct().Count());
        await Assert.ThrowsAsync<DirectoryException>(() => ReplicasAsync(north.Domain, "stud09", "Nowhere"));
    }

    [Fact]
    public async Task While_the_domain_controller_is_frozen_no_password_is_called_wrong()
    {
        var account = await north.ReadAsync("stud10");
        var verification = await WhileAsync(
            "freeze", "thaw",
            () => north.Domain.VerifyPasswordAsync(account, System.Text.Encoding.Unicode.GetBytes(Lab.UserPassword), Short, TestContext.Current.CancellationToken));
        Assert.Equal(FailureCause.TimedOut, Assert.IsType<PasswordVerification.Unavailable>(verification).Failure.Cause);
    }

    [Fact]
    public async Task A_change_into_a_frozen_PDC_emulator_is_unknown_and_the_stamp_tells_later()
    {
        var account = await north.ReadAsync("stud11");
        var unknown = Assert.IsType<PasswordWrite.Unknown>(await WhileAsync(
            "freeze", "thaw",
            () => north.Domain.ChangePasswordAsync(
                account, System.Text.Encoding.Unicode.GetBytes(Lab.UserPassword), System.Text.Encoding.Unicode.GetBytes(Fine),
                TimeProvider.System.GetUtcNow().AddMinutes(1), Short, TestContext.Current.CancellationToken)));
        var seen = await UntilSeenAsync(north.Domain, account);
        Assert.Equal(WriteProof.Compare(unknown.Before, seen.Proof) == WriteComparison.Written, await Lab.CanLogOnAsync("stud11", Fine));
    }

    private async Task<Account> UntilAtAsync(string server, ActiveDirectoryDomain domain, string name)
    {
        for (var tries = 0; ; tries++)
        {
            // As long as the agent gives a reading.
            var reading = await domain.ReadAccountAsync(north.Users[name].ObjectGuid, TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            if (reading is AccountReading.Found { Account: var account } && account.Server == server)
            {
                return account;
            }

            Assert.InRange(tries, 0, 60);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilEverywhereAsync(ActiveDirectoryDomain domain, string name, WriteProof written)
    {
        for (var tries = 0; ; tries++)
        {
            var states = await ReplicasAsync(domain, name, null);
            if (states.Count == 2 && states.All(state => state is ReplicaState.Shown { Proof: var proof } && proof.HasArrived(written)))
            {
                return;
            }

            // Replication takes a second or two, and longer after a domain controller was away.
            Assert.InRange(tries, 0, 120);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
    }

    private Task<IReadOnlyList<ReplicaState>> ReplicasAsync(ActiveDirectoryDomain domain, string name, string? site) =>
        domain.ReadReplicasAsync(north.Users[name].ObjectGuid, site, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    // Thawed again whatever happens: the other tests need it.
    private static async Task<T> WhileAsync<T>(string verb, string undo, Func<Task<T>> action)
    {
        await Lab.RunAsync(verb, "north-dc1");
        try
        {
            return await action();
        }
        finally
        {
            await Lab.RunAsync(undo, "north-dc1");
        }
    }

    // While the answer to a write is awaited no look is made.
    private static async Task<WriteLook.Seen> UntilSeenAsync(ActiveDirectoryDomain domain, Account account)
    {
        WriteLook look;
        while ((look = await LookAsync(domain, account)) is WriteLook.Unavailable)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        return Assert.IsType<WriteLook.Seen>(look);
    }

    private static Task<WriteLook> LookAsync(ActiveDirectoryDomain domain, Account account) =>
        domain.LookAsync(account.ObjectGuid, account.Server, North.Enough, TestContext.Current.CancellationToken);
}
