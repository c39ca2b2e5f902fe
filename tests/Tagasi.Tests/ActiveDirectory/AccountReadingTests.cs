using System.Net;
using Microsoft.Extensions.Time.Testing;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Reading an account, and finding where to read it.</summary>
public sealed class AccountReadingTests : IAsyncDisposable
{
    private const string SecondHost = "dc2.scripted.test";
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);
    private readonly ScriptedController _dc = new();
    private readonly ScriptedController _second = new(SecondHost);
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ActiveDirectoryDomain _domain;

    public AccountReadingTests()
    {
        _second.RoleOwner = _dc.ServiceDn;
        _domain = new ActiveDirectoryDomain(_dc.OptionsWith(_second), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _domain.DisposeAsync();
        await _dc.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task An_ordinary_account_is_read_whole()
    {
        var anna = await FoundAsync();
        Assert.Equal((ScriptedController.Anna, "anna", "Anna Arendt", AccountKind.Person), (anna.ObjectGuid, anna.SamAccountName, anna.DisplayName, anna.Kind));
        Assert.Equal(("S-1-5-21-3026031614-3082526192-2403429145-1132", "S-1-5-32-545"), (anna.Sid, Assert.Single(anna.GroupSids)));
        Assert.Equal((ScriptedServer.Host, new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero)), (anna.Server, anna.ServerTime));
        Assert.False(anna.IsDisabled || anna.IsLockedOut || anna.IsExpired || anna.IsPasswordExpired || anna.MustChangePassword || anna.HasAdminCount);
        var policy = Assert.IsType<EffectivePolicy.Known>(anna.Policy).Policy;
        Assert.Equal((10, true, 5, TimeSpan.Zero, TimeSpan.FromDays(90)), (policy.MinimumLength, policy.RequiresComplexity, policy.HistoryLength, policy.MinimumAge, policy.MaximumAge));
    }

    [Fact]
    public async Task NULs_are_stripped_from_texts()
    {
        _dc.User["displayName"] = ScriptedUser.Value("Anna\0 Arendt\0");
        Assert.Equal("Anna Arendt", (await FoundAsync()).DisplayName);
    }

    [Fact]
    public async Task A_password_settings_object_takes_the_place_of_the_domains_policy()
    {
        _dc.User["msDS-ResultantPSO"] = ScriptedUser.Value(ScriptedUser.PsoDn);
        _dc.Pso = ScriptedUser.StrictPso();
        var policy = Assert.IsType<EffectivePolicy.Known>((await FoundAsync()).Policy).Policy;
        Assert.Equal(("pso-strict", 16, 12, TimeSpan.FromDays(1)), (policy.PasswordSettingsName, policy.MinimumLength, policy.HistoryLength, policy.MinimumAge));
        Assert.Null(policy.MaximumAge);
        Assert.Null(policy.LockoutDuration);
    }

    [Fact]
    public async Task A_password_settings_object_that_may_not_be_read_is_not_replaced_by_a_guess()
    {
        _dc.User["msDS-ResultantPSO"] = ScriptedUser.Value(ScriptedUser.PsoDn);
        var anna = await FoundAsync();
        Assert.Equal(ScriptedUser.PsoDn, Assert.IsType<EffectivePolicy.Unreadable>(anna.Policy).PasswordSettingsDn);
        Assert.Null(anna.EarliestNextChange);
    }

    [Theory]
    [InlineData("userAccountControl")]
    [InlineData("tokenGroups")]
    [InlineData("pwdLastSet")]
    public async Task What_the_service_account_may_not_see_is_not_taken_for_harmless(string attribute)
    {
        _dc.User.Remove(attribute);
        var failure = await UnavailableAsync();
        Assert.Equal(FailureCause.NotReadable, failure.Cause);
        Assert.Contains(attribute, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userAccountControl", "4096", AccountKind.Machine)]
    [InlineData("userAccountControl", "2080", AccountKind.Machine)] // inter-domain trust
    [InlineData("sAMAccountName", "krbtgt_12345", AccountKind.KeyDistributionService)]
    [InlineData("sAMAccountName", "krbtgt", AccountKind.KeyDistributionService)]
    [InlineData("isCriticalSystemObject", "TRUE", AccountKind.SystemCritical)]
    [InlineData("objectClass", "group", AccountKind.Other)]
    public async Task What_is_not_a_person_is_recognised(string attribute, string value, AccountKind kind)
    {
        _dc.User[attribute] = ScriptedUser.Value(value);
        Assert.Equal(kind, (await FoundAsync()).Kind);
    }

    [Theory]
    [InlineData("userAccountControl", "514")]
    [InlineData("userAccountControl", "66048")]
    [InlineData("msDS-User-Account-Control-Computed", "16")]
    [InlineData("msDS-User-Account-Control-Computed", "8388608")]
    [InlineData("accountExpires", "133000000000000000")]
    [InlineData("pwdLastSet", "0")]
    [InlineData("adminCount", "1")]
    public async Task Every_state_of_an_account_shows(string attribute, string value)
    {
        _dc.User[attribute] = ScriptedUser.Value(value);
        var anna = await FoundAsync();
        Assert.Equal(
            [value == "514", value == "66048", value == "16", value == "8388608", attribute == "accountExpires", value == "0", attribute == "adminCount"],
            new[]
            {
                anna.IsDisabled, anna.PasswordNeverExpires, anna.IsLockedOut, anna.IsPasswordExpired, anna.IsExpired, anna.MustChangePassword,
                anna.HasAdminCount,
            });
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_not_found() =>
        Assert.IsType<AccountReading.NotFound>(await _domain.ReadAccountAsync(Guid.NewGuid(), Enough, TestContext.Current.CancellationToken));

    [Fact]
    public async Task The_PDC_emulator_is_followed_to_where_the_domain_head_says_it_is()
    {
        _dc.RoleOwner = _second.RoleOwner = _second.ServiceDn;
        Assert.Equal(SecondHost, (await FoundAsync()).Server);
    }

    [Fact]
    public async Task A_moved_PDC_emulator_is_noticed_within_seconds()
    {
        Assert.Equal(_dc.Host, (await FoundAsync()).Server);
        _dc.RoleOwner = _second.RoleOwner = _second.ServiceDn;
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(SecondHost, (await FoundAsync()).Server);
    }

    [Fact]
    public async Task Whom_others_name_has_to_own_up_to_the_role_itself()
    {
        _dc.RoleOwner = _second.ServiceDn;
        _second.RoleOwner = _dc.ServiceDn;
        Assert.Equal(FailureCause.PdcEmulatorNotFound, (await UnavailableAsync()).Cause);
    }

    [Fact]
    public async Task A_domain_controller_that_hangs_leaves_time_for_others()
    {
        _dc.RoleOwner = _second.RoleOwner = _second.ServiceDn;
        _dc.OnSearch = async (end, _) =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await end.StallAsync();
        };
        await using var domain = new ActiveDirectoryDomain(_dc.OptionsWith(_second) with { DomainControllers = [_dc.Host, SecondHost] }, _time);
        var reading = await domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken);
        Assert.Equal(SecondHost, Assert.IsType<AccountReading.Found>(reading).Account.Server);
    }

    [Fact]
    public async Task A_connection_that_broke_while_it_lay_idle_costs_nothing_but_another()
    {
        ServerEnd? first = null;
        _dc.OnSearch = (end, _) => Task.FromResult(first ??= end);
        await FoundAsync();
        await first!.DisposeAsync();
        await FoundAsync();
    }

    [Fact]
    public async Task A_connection_that_a_firewall_cut_without_a_word_does_not_use_up_the_time()
    {
        ServerEnd? first = null;
        _dc.OnSearch = (end, _) => Task.FromResult(first ??= end);
        await FoundAsync();
        _dc.OnSearch = (end, _) =>
        {
            _time.Advance(end == first ? TimeSpan.FromSeconds(3) : TimeSpan.Zero);
            return end == first ? end.StallAsync() : Task.CompletedTask;
        };
        _time.Advance(TimeSpan.FromSeconds(30));
        await FoundAsync();
        Assert.Equal(2, _dc.Connections);
    }

    [Fact]
    public async Task A_connection_is_given_up_before_a_domain_controller_gives_it_up()
    {
        // MaxConnIdleTime, by default.
        Assert.True(_dc.OptionsWith().IdleLimit < TimeSpan.FromSeconds(900));
        ServerEnd? first = null;
        _dc.OnSearch = (end, _) => Task.FromResult(first ??= end);
        await FoundAsync();
        _time.Advance(_dc.OptionsWith().IdleLimit);
        var isOldUsed = false;
        _dc.OnSearch = (end, _) =>
        {
            isOldUsed |= end == first;
            return Task.CompletedTask;
        };
        await FoundAsync();
        Assert.Equal((false, 2), (isOldUsed, _dc.Connections));
    }

    [Fact]
    public async Task Nobody_at_home_is_unavailable()
    {
        await _dc.StopAsync();
        Assert.Equal(FailureCause.Unreachable, (await UnavailableAsync()).Cause);
    }

    [Fact]
    public async Task A_domain_controller_that_goes_down_in_the_handshake_is_away_and_not_untrusted()
    {
        await using var goingDown = ScriptedServer.Start(end => end.ReadAsync(100));
        var options = _dc.OptionsWith() with { HostAddresses = new Dictionary<string, IPEndPoint> { [_dc.Host] = new(IPAddress.Loopback, goingDown.Port) } };
        await using var domain = new ActiveDirectoryDomain(options, _time);
        var reading = await domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCause.Unreachable, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
    }

    [Fact]
    public async Task A_certificate_of_a_stranger_is_a_matter_of_TLS()
    {
        await using var domain = new ActiveDirectoryDomain(_dc.OptionsWith() with { TrustedRoots = [] }, _time);
        var reading = await domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCause.Tls, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_file_that_is_gone_or_empty_is_a_refused_credential(bool isGone)
    {
        var options = _dc.OptionsWith() with { Credential = new DirectoryCredential.Simple("svc", _ => isGone ? throw new IOException("gone") : new([])) };
        await using var domain = new ActiveDirectoryDomain(options, _time);
        var reading = await domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCause.CredentialRefused, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
    }

    [Fact]
    public async Task Many_at_once_share_a_few_connections()
    {
        var readings = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken)));
        Assert.All(readings, reading => Assert.IsType<AccountReading.Found>(reading));
        Assert.InRange(_dc.Connections, 1, 8);
    }

    private async Task<Account> FoundAsync() =>
        Assert.IsType<AccountReading.Found>(await _domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken)).Account;

    private async Task<DirectoryFailure> UnavailableAsync() =>
        Assert.IsType<AccountReading.Unavailable>(await _domain.ReadAccountAsync(ScriptedController.Anna, Enough, TestContext.Current.CancellationToken)).Failure;
}
