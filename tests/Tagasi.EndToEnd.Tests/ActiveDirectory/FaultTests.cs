using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>A real domain controller that freezes, stops, or hands its role to another.</summary>
public sealed class FaultTests(North north) : IClassFixture<North>
{
    private const string Fine = "Quite-Fine-2026-Passw0rd";
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_frozen_PDC_emulator_is_unavailable_by_the_deadline()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        await north.ReadAsync("anna", domain);
        var start = TimeProvider.System.GetTimestamp();
        var reading = await WhileAsync("freeze", "thaw", () => domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, Short, TestContext.Current.CancellationToken));
        Assert.Equal(FailureCause.TimedOut, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), Short, Short + TimeSpan.FromSeconds(2));
        await north.ReadAsync("anna", domain);
    }

    [Fact]
    public async Task A_write_into_a_frozen_PDC_emulator_is_unknown_and_a_look_tells_later()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        var account = await north.ReadAsync("stud01", domain);
        var write = await WhileAsync("freeze", "thaw", () => north.WriteAsync(account, Fine, Short, domain));
        var unknown = Assert.IsType<PasswordWrite.Unknown>(write);

        var seen = Assert.IsType<WriteLook.Seen>(await domain.LookAsync(account.ObjectGuid, account.Server, North.Enough, TestContext.Current.CancellationToken));
        Assert.Equal(account.Server, seen.Proof.Server);
        Assert.NotNull(seen.Proof.ServerTime);
        Assert.Equal(seen.Proof.RawPasswordLastSet != unknown.Before.RawPasswordLastSet, await Lab.CanLogOnAsync("stud01", Fine));
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
    public async Task A_transferred_PDC_emulator_is_noticed()
    {
        Assert.Equal("dc1.north.example", (await north.ReadAsync("stud04")).Server);
        await Lab.RunAsync("transfer-pdc", "north-dc2");
        try
        {
            var account = await north.ReadAsync("stud04");
            for (var tries = 0; account.Server != "dc2.north.example" && tries < 30; tries++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                account = await north.ReadAsync("stud04");
            }

            Assert.Equal("dc2.north.example", account.Server);
            Assert.Equal("dc2.north.example", Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(account, Fine)).After.Server);
        }
        finally
        {
            await Lab.RunAsync("transfer-pdc", "north-dc1");
        }
    }

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
}
