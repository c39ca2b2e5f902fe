using System.Formats.Asn1;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>One password write against a domain controller that does as it should, or does not.</summary>
public sealed class ResetTests : IAsyncDisposable
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);
    private readonly ScriptedController _dc = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ActiveDirectoryDomain _domain;

    public ResetTests() => _domain = new ActiveDirectoryDomain(_dc.OptionsWith(), _time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _domain.DisposeAsync();
        await _dc.DisposeAsync();
    }

    [Fact]
    public async Task A_reset_is_one_modify_of_password_and_lockout_under_critical_policy_hints()
    {
        var write = await ResetAsync(await AnnaAsync(), "Fine-Passw0rd");

        var applied = Assert.IsType<PasswordWrite.Applied>(write);
        Assert.Equal(WriteWarning.None, applied.Warning);
        Assert.Equal(applied.Before.RawPasswordLastSet + TimeSpan.TicksPerMinute, applied.After.RawPasswordLastSet);
        var modify = Assert.Single(_dc.Modifies);
        var control = Assert.Single(modify.Controls);
        Assert.Equal(("1.2.840.113556.1.4.2239", true, "3003020101"), (control.Oid, control.IsCritical, Convert.ToHexString(control.Value!.Value.Span)));
        Assert.Equal($"<GUID={ScriptedController.Anna}>", Encoding.UTF8.GetString(modify.Fields().ReadOctetString()));
        Assert.Equal([("unicodePwd", Encoding.Unicode.GetBytes("\"Fine-Passw0rd\"")), ("lockoutTime", "0"u8.ToArray())], ReplacementsOf(modify));
    }

    [Fact]
    public async Task The_stamp_of_the_password_is_proof_though_pwdLastSet_stands_still()
    {
        _dc.User["replPropertyMetaData"] = [ScriptedUser.Metadata(1, ScriptedUser.InvocationIdOf(_dc.Host))];
        _dc.OnModify = (end, request) =>
        {
            _dc.Stamp(2, ScriptedUser.InvocationIdOf(_dc.Host));
            return ScriptedController.LieAsync(end, request);
        };
        var applied = Assert.IsType<PasswordWrite.Applied>(await ResetAsync(await AnnaAsync()));
        Assert.Equal((1, 2), (applied.Before.PasswordStamp!.Version, applied.After.PasswordStamp!.Version));
        Assert.Equal(applied.After.ServerInvocationId, applied.After.PasswordStamp.OriginatingInvocationId);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 16, 57, 13, TimeSpan.Zero), applied.After.PasswordStamp.OriginatingTime);
    }

    [Fact]
    public async Task A_moved_pwdLastSet_is_no_proof_where_the_stamp_stands_still()
    {
        _dc.User["replPropertyMetaData"] = [ScriptedUser.Metadata(2, ScriptedUser.InvocationIdOf(_dc.Host))];
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
    }

    [Theory]
    [InlineData(3, "dc1")]
    [InlineData(2, "dc2")]
    public async Task A_password_that_another_wrote_as_well_is_applied_with_a_warning(uint version, string originator)
    {
        _dc.User["replPropertyMetaData"] = [ScriptedUser.Metadata(1, ScriptedUser.InvocationIdOf(_dc.Host))];
        _dc.OnModify = (end, request) =>
        {
            _dc.Stamp(version, ScriptedUser.InvocationIdOf(originator));
            return ScriptedController.LieAsync(end, request);
        };
        Assert.Equal(WriteWarning.WrittenMoreThanOnce, Assert.IsType<PasswordWrite.Applied>(await ResetAsync(await AnnaAsync())).Warning);
    }

    [Fact]
    public async Task The_deprecated_policy_hints_do_where_there_are_no_others()
    {
        _dc.Controls = ["1.2.840.113556.1.4.2066"];
        Assert.IsType<PasswordWrite.Applied>(await ResetAsync(await AnnaAsync()));
        Assert.Equal("1.2.840.113556.1.4.2066", Assert.Single(Assert.Single(_dc.Modifies).Controls).Oid);
    }

    [Fact]
    public async Task Without_policy_hints_nothing_is_sent()
    {
        _dc.Controls = [];
        await RefusedAsync(RefusalCause.PolicyHintsUnsupported);
        Assert.Empty(_dc.Modifies);
    }

    [Fact]
    public async Task A_read_only_domain_controller_is_sent_nothing()
    {
        _dc.Capabilities = ["1.2.840.113556.1.4.1920"];
        await RefusedAsync(RefusalCause.ReadOnlyDomainController);
        Assert.Empty(_dc.Modifies);
    }

    [Fact]
    public async Task Nothing_is_sent_after_its_time()
    {
        var anna = await AnnaAsync();
        var write = await _domain.ResetPasswordAsync(anna, Utf16("Fine-Passw0rd"), false, _time.GetUtcNow().AddSeconds(-1), Enough, Ct);
        Assert.Equal(RefusalCause.NotAfterPassed, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.Empty(_dc.Modifies);
    }

    [Fact]
    public async Task Nothing_is_sent_once_the_caller_has_given_up()
    {
        var anna = await AnnaAsync();
        var write = await _domain.ResetPasswordAsync(anna, Utf16("Fine-Passw0rd"), false, _time.GetUtcNow().AddMinutes(1), Enough, new CancellationToken(true));
        Assert.Equal(RefusalCause.Cancelled, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.Empty(_dc.Modifies);
    }

    [Fact]
    public async Task Nothing_is_sent_for_what_is_not_a_person()
    {
        var write = await ResetAsync(await AnnaAsync() with { Kind = AccountKind.KeyDistributionService });
        Assert.Equal(RefusalCause.NotAPerson, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.Empty(_dc.Modifies);
    }

    [Fact]
    public async Task A_domain_controller_that_cannot_be_reached_was_sent_nothing()
    {
        var anna = await AnnaAsync();
        await using var elsewhere = new ActiveDirectoryDomain(
            _dc.OptionsWith() with { HostAddresses = new Dictionary<string, System.Net.IPEndPoint> { [_dc.Host] = new(System.Net.IPAddress.Loopback, 1) } }, _time);
        var write = await elsewhere.ResetPasswordAsync(anna, Utf16("Fine-Passw0rd"), false, _time.GetUtcNow().AddMinutes(1), Enough, Ct);
        Assert.Equal(RefusalCause.Unreachable, Assert.IsType<PasswordWrite.Refused>(write).Cause);
    }

    [Fact]
    public async Task A_success_that_nothing_shows_is_unknown()
    {
        _dc.OnModify = ScriptedController.LieAsync;
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
    }

    [Fact]
    public async Task A_success_that_cannot_be_read_back_is_unknown()
    {
        _dc.OnModify = async (end, request) =>
        {
            await _dc.SetPasswordAsync(end, request);
            await end.DisposeAsync();
        };
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_sending_leaves_an_unknown_that_is_not_sent_again()
    {
        _dc.OnModify = (end, _) => end.DisposeAsync().AsTask();
        var unknown = Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
        Assert.Equal(134400179519250727, unknown.Before.RawPasswordLastSet);
        Assert.Single(_dc.Modifies);
    }

    [Fact]
    public async Task An_answer_that_makes_no_sense_leaves_an_unknown()
    {
        _dc.OnModify = (end, request) => end.SendAsync(Answers.Done(request.Id));
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
    }

    [Fact]
    public async Task A_write_that_times_out_is_unknown_and_is_not_sent_again()
    {
        var anna = await AnnaAsync();
        _dc.OnModify = (end, _) =>
        {
            _time.Advance(Enough);
            return end.StallAsync();
        };
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(anna));
        Assert.Single(_dc.Modifies);
    }

    [Fact]
    public async Task A_caller_who_gives_up_after_sending_still_learns_what_became_of_it()
    {
        using var giveUp = new CancellationTokenSource();
        _dc.OnModify = async (end, request) =>
        {
            await giveUp.CancelAsync();
            await _dc.SetPasswordAsync(end, request);
        };
        var write = await _domain.ResetPasswordAsync(await AnnaAsync(), Utf16("Fine-Passw0rd"), false, _time.GetUtcNow().AddMinutes(1), Enough, giveUp.Token);
        Assert.IsType<PasswordWrite.Applied>(write);
    }

    [Fact]
    public async Task A_password_that_is_at_once_expired_is_applied_with_a_warning()
    {
        _dc.OnModify = (end, request) => SetsTo(end, request, 0);
        Assert.Equal(WriteWarning.ExpiredAtOnce, Assert.IsType<PasswordWrite.Applied>(await ResetAsync(await AnnaAsync())).Warning);
    }

    [Fact]
    public async Task Where_pwdLastSet_is_zero_before_and_after_the_update_sequence_number_tells()
    {
        _dc.PasswordLastSet = 0;
        var anna = await AnnaAsync();
        _dc.OnModify = ScriptedController.LieAsync;
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(anna));
        _dc.OnModify = (end, request) => SetsTo(end, request, 0);
        Assert.Equal(WriteWarning.ExpiredAtOnce, Assert.IsType<PasswordWrite.Applied>(await ResetAsync(anna)).Warning);
    }

    [Fact]
    public async Task A_pooled_connection_that_the_server_closed_is_replaced_before_sending()
    {
        ServerEnd? first = null;
        _dc.OnSearch = (end, _) => Task.FromResult(first ??= end);
        var anna = await AnnaAsync();
        await first!.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.IsType<PasswordWrite.Applied>(await ResetAsync(anna));
        Assert.Single(_dc.Modifies);
        Assert.Equal(2, _dc.Connections);
    }

    [Fact]
    public async Task A_pooled_connection_that_a_firewall_cut_without_a_word_is_found_out_before_sending()
    {
        ServerEnd? first = null;
        _dc.OnSearch = (end, _) => Task.FromResult(first ??= end);
        var anna = await AnnaAsync();
        _dc.OnSearch = (end, _) =>
        {
            if (end != first)
            {
                return Task.CompletedTask;
            }

            _time.Advance(TimeSpan.FromSeconds(3));
            return end.StallAsync();
        };
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<PasswordWrite.Applied>(await ResetAsync(anna));
        Assert.Single(_dc.Modifies);
    }

    [Fact]
    public async Task A_connection_that_lay_too_long_is_not_used_again()
    {
        var anna = await AnnaAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<PasswordWrite.Applied>(await ResetAsync(anna));
        Assert.Equal(2, _dc.Connections);
    }

    [Fact]
    public async Task A_password_set_within_this_second_is_not_too_recent_where_there_is_no_minimum_age()
    {
        _dc.PasswordLastSet = new DateTime(2026, 11, 24, 12, 0, 0, 700, DateTimeKind.Utc).ToFileTimeUtc();
        Assert.Null((await AnnaAsync()).EarliestNextChange);
    }

    [Theory]
    [InlineData("Sh0rt!", RefusalCause.TooShort)]
    [InlineData("alllowercase1", RefusalCause.NotComplex)]
    [InlineData("my-ARENDT-2026", RefusalCause.ContainsName)]
    [InlineData("Perfectly-Fine-2026", RefusalCause.InHistory)]
    public async Task One_code_for_every_rule_is_told_apart(string password, RefusalCause cause)
    {
        _dc.OnModify = ScriptedController.Refuse(53, "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0");
        var refused = Assert.IsType<PasswordWrite.Refused>(await ResetAsync(await AnnaAsync(), password));
        Assert.Equal(cause, refused.Cause);
        Assert.Contains("0000052D", refused.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_recent_comes_with_the_time_of_the_next_chance()
    {
        // The scripted server's clock stands at 2026-11-24 12:00.
        _dc.Head["minPwdAge"] = ScriptedUser.Value("-864000000000");
        _dc.PasswordLastSet = new DateTime(2026, 11, 24, 11, 0, 0, DateTimeKind.Utc).ToFileTimeUtc();
        _dc.OnModify = ScriptedController.Refuse(53, "0000052D: SvcErr");
        var refused = Assert.IsType<PasswordWrite.Refused>(await ResetAsync(await AnnaAsync(), "Perfectly-Fine-2026"));
        Assert.Equal((RefusalCause.TooRecent, new DateTimeOffset(2026, 11, 25, 11, 0, 0, TimeSpan.Zero)), (refused.Cause, refused.EarliestNextChange));
    }

    [Fact]
    public async Task A_refusal_for_want_of_rights_on_a_protected_account_names_the_protection()
    {
        _dc.OnModify = ScriptedController.Refuse(50, "00002098: SecErr: DSID-031A11D2, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0");
        await RefusedAsync(RefusalCause.NoRights);
        _dc.User["adminCount"] = ScriptedUser.Value("1");
        await RefusedAsync(RefusalCause.Protected);
    }

    [Fact]
    public async Task A_refusal_for_want_of_rights_names_the_right_and_where_to_grant_it()
    {
        _dc.User["nTSecurityDescriptor"] = [Permissions.Descriptor(Permissions.Allow(0x20, Permissions.LockoutTime, Convert.FromHexString(ScriptedUser.ServiceSid)))];
        _dc.OnModify = ScriptedController.Refuse(50, "00002098: SecErr");
        var refused = Assert.IsType<PasswordWrite.Refused>(await ResetAsync(await AnnaAsync()));
        Assert.Contains(
            "Missing on CN=Anna Arendt,OU=Staff,DC=scripted,DC=test: Reset Password. Grant this on OU=Staff,DC=scripted,DC=test for the user objects below.",
            refused.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "0000202B: RefErr: DSID-0310082F, data 0, 1 access points", RefusalCause.Referral)]
    [InlineData(32, "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0", RefusalCause.NotFound)]
    [InlineData(51, "0000200E: SvcErr: DSID-03100245, problem 5001 (BUSY), data 0", RefusalCause.Busy)]
    [InlineData(80, "00000057: LdapErr: DSID-0C090E17", RefusalCause.Other)]
    public async Task Other_refusals_are_passed_on_and_nothing_is_sent_again(int code, string diagnostic, RefusalCause cause)
    {
        _dc.OnModify = ScriptedController.Refuse(code, diagnostic);
        await RefusedAsync(cause);
        Assert.Single(_dc.Modifies);
    }

    [Fact]
    public async Task A_failure_that_nobody_knows_after_which_the_password_is_another_is_unknown()
    {
        _dc.OnModify = (end, request) =>
        {
            _dc.PasswordLastSet += 1;
            return ScriptedController.Refuse(80, "00000057: LdapErr")(end, request);
        };
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(await AnnaAsync()));
    }

    private async Task SetsTo(ServerEnd end, Request request, long passwordLastSet)
    {
        await Task.Yield();
        _dc.PasswordLastSet = passwordLastSet;
        _dc.User["uSNChanged"] = ScriptedUser.Value("1001");
        await ScriptedController.LieAsync(end, request);
    }

    private async Task RefusedAsync(RefusalCause cause) =>
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await ResetAsync(await AnnaAsync())).Cause);

    private async Task<Account> AnnaAsync() =>
        Assert.IsType<AccountReading.Found>(await _domain.ReadAccountAsync(ScriptedController.Anna, Enough, Ct)).Account;

    private Task<PasswordWrite> ResetAsync(Account account, string password = "Perfectly-Fine-2026") =>
        _domain.ResetPasswordAsync(account, Utf16(password), false, _time.GetUtcNow().AddMinutes(1), Enough, Ct);

    private static byte[] Utf16(string text) => Encoding.Unicode.GetBytes(text);

    private static IEnumerable<(string, byte[])> ReplacementsOf(Request modify)
    {
        var fields = modify.Fields();
        fields.ReadOctetString();
        var changes = fields.ReadSequence();
        while (changes.HasData)
        {
            var change = changes.ReadSequence();
            Assert.Equal(2, change.ReadEnumeratedBytes().Span[0]);
            var attribute = change.ReadSequence();
            yield return (Encoding.UTF8.GetString(attribute.ReadOctetString()), attribute.ReadSetOf().ReadOctetString());
        }
    }
}
