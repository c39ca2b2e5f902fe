using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tagasi.ActiveDirectory;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Another domain controller in the PDC emulator's place, and what all of them show.</summary>
public sealed class FallbackTests : IAsyncDisposable
{
    private const string SecondHost = "dc2.scripted.test";
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);
    private readonly ScriptedController _pdc = new();
    private readonly ScriptedController _second = new(SecondHost);
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public FallbackTests() => _second.RoleOwner = _pdc.ServiceDn;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _pdc.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task While_the_PDC_emulator_is_away_another_is_written_to_and_the_result_says_so()
    {
        await _pdc.StopAsync();
        await using var domain = NewDomain();
        var anna = await FoundAsync(domain);
        Assert.Equal((SecondHost, false), (anna.Server, anna.IsAtPdcEmulator));
        var applied = Assert.IsType<PasswordWrite.Applied>(await ResetAsync(domain, anna));
        Assert.Equal((WriteWarning.NotYetEverywhere, SecondHost), (applied.Warning, applied.After.Server));
    }

    [Fact]
    public async Task A_PDC_emulator_that_is_there_is_used_without_a_warning()
    {
        await using var domain = NewDomain();
        var anna = await FoundAsync(domain);
        Assert.Equal((_pdc.Host, true), (anna.Server, anna.IsAtPdcEmulator));
        Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(await ResetAsync(domain, anna)).Warning);
    }

    [Fact]
    public async Task Without_leave_nobody_stands_in()
    {
        await _pdc.StopAsync();
        await using var domain = NewDomain(allowFallback: false);
        Assert.Equal(FailureCause.Unreachable, (await UnavailableAsync(domain)).Cause);
    }

    [Fact]
    public async Task A_read_only_domain_controller_never_stands_in()
    {
        await _pdc.StopAsync();
        _second.Capabilities = ["1.2.840.113556.1.4.1920"];
        await using var domain = NewDomain();
        await UnavailableAsync(domain);
    }

    [Fact]
    public async Task A_PDC_emulator_with_a_certificate_of_a_stranger_is_no_outage()
    {
        await using var domain = NewDomain(options => options with
        {
            // At the PDC emulator's address somebody else answers.
            HostAddresses = new Dictionary<string, IPEndPoint> { [_pdc.Host] = _second.Address, [SecondHost] = _second.Address },
        });
        Assert.Equal(FailureCause.Tls, (await UnavailableAsync(domain)).Cause);
    }

    [Fact]
    public async Task A_PDC_emulator_that_was_lost_while_in_use_is_replaced_at_once()
    {
        await using var domain = NewDomain();
        Assert.Equal(_pdc.Host, (await FoundAsync(domain)).Server);
        await _pdc.StopAsync();
        Assert.Equal(SecondHost, (await FoundAsync(domain)).Server);
    }

    [Fact]
    public async Task A_PDC_emulator_that_hangs_while_in_use_leaves_time_for_another()
    {
        await using var domain = NewDomain();
        await FoundAsync(domain);
        var half = Enough / 2;
        _pdc.OnSearch = async (end, _) =>
        {
            // To the end of each try: half of the time for the first, half of the rest for the second.
            _time.Advance(half);
            half /= 2;
            await end.StallAsync();
        };
        _second.RoleOwner = _second.ServiceDn;
        Assert.Equal(SecondHost, (await FoundAsync(domain)).Server);
    }

    [Fact]
    public async Task The_return_of_the_PDC_emulator_is_noticed_within_seconds()
    {
        var options = Options() with { AllowFallback = true };
        var addresses = new Dictionary<string, IPEndPoint>(options.HostAddresses) { [_pdc.Host] = new(IPAddress.Loopback, 1) };
        await using var domain = new ActiveDirectoryDomain(options with { HostAddresses = addresses }, _time);
        Assert.Equal(SecondHost, (await FoundAsync(domain)).Server);
        _second.RoleOwner = _second.ServiceDn;
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True((await FoundAsync(domain)).IsAtPdcEmulator);
    }

    [Fact]
    public async Task A_write_whose_domain_controller_was_lost_goes_nowhere_else()
    {
        await using var domain = NewDomain();
        var anna = await FoundAsync(domain);
        await _pdc.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(RefusalCause.Unreachable, Assert.IsType<PasswordWrite.Refused>(await ResetAsync(domain, anna)).Cause);
        Assert.Empty(_second.Modifies);
    }

    [Fact]
    public async Task Every_writable_domain_controller_shows_what_it_has()
    {
        _second.PasswordLastSet += 1;
        await using var domain = NewDomain();
        var states = await domain.ReadReplicasAsync(ScriptedController.Anna, null, Enough, Ct);
        Assert.Equal([_pdc.Host, SecondHost], states.Select(state => state.Server));
        var proofs = states.Select(state => Assert.IsType<ReplicaState.Shown>(state).Proof).ToArray();
        Assert.Equal(ScriptedUser.InvocationIdOf(SecondHost), proofs[1].ServerInvocationId);
        Assert.False(proofs[0].HasArrived(proofs[1]));
        Assert.True(proofs[1].HasArrived(proofs[0]));
    }

    [Fact]
    public async Task Who_cannot_be_asked_and_who_has_no_such_account_is_told_apart_and_read_only_ones_are_left_out()
    {
        await using var domain = NewDomain();
        Assert.All(await domain.ReadReplicasAsync(Guid.NewGuid(), null, Enough, Ct), state => Assert.IsType<ReplicaState.Missing>(state));
        await _second.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        var states = await domain.ReadReplicasAsync(ScriptedController.Anna, null, Enough, Ct);
        Assert.IsType<ReplicaState.Shown>(states[0]);
        Assert.Equal(FailureCause.Unreachable, Assert.IsType<ReplicaState.Unavailable>(states[1]).Failure.Cause);

        _pdc.Capabilities = ["1.2.840.113556.1.4.1920"];
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(SecondHost, Assert.Single(await domain.ReadReplicasAsync(ScriptedController.Anna, null, Enough, Ct)).Server);
    }

    private DomainOptions Options() => _pdc.OptionsWith(_second) with { DomainControllers = [_pdc.Host, SecondHost] };

    private ActiveDirectoryDomain NewDomain(Func<DomainOptions, DomainOptions>? change = null, bool allowFallback = true) =>
        new((change ?? (options => options))(Options() with { AllowFallback = allowFallback }), _time);

    private static async Task<Account> FoundAsync(ActiveDirectoryDomain domain) =>
        Assert.IsType<AccountReading.Found>(await domain.ReadAccountAsync(ScriptedController.Anna, Enough, Ct)).Account;

    private static async Task<DirectoryFailure> UnavailableAsync(ActiveDirectoryDomain domain) =>
        Assert.IsType<AccountReading.Unavailable>(await domain.ReadAccountAsync(ScriptedController.Anna, Enough, Ct)).Failure;

    private Task<PasswordWrite> ResetAsync(ActiveDirectoryDomain domain, Account account) =>
        domain.ResetPasswordAsync(account, Encoding.Unicode.GetBytes("Perfectly-Fine-2026"), false, _time.GetUtcNow().AddMinutes(1), Enough, Ct);
}
