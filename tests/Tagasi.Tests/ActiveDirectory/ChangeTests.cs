using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>One change of a password, by proof of the old one.</summary>
public sealed class ChangeTests : ScriptedDomain
{
    private const string Old = "Former-Passw0rd";
    private const string New = "Perfectly-Fine-2026";

    [Fact]
    public async Task A_change_is_one_modify_that_deletes_the_old_and_adds_the_new_password()
    {
        Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(await ChangeAsync()).Warning);
        var modify = Assert.Single(Dc.Modifies);
        Assert.Empty(modify.Controls);
        Assert.Equal([(1, "unicodePwd", Utf16($"\"{Old}\"")), (0, "unicodePwd", Utf16($"\"{New}\""))], ChangesOf(modify));
    }

    [Fact]
    public async Task A_lockout_that_has_run_out_is_not_told_of()
    {
        Dc.User["lockoutTime"] = ScriptedUser.Value("134300000000000000");
        Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(await ChangeAsync()).Warning);
    }

    [Fact]
    public async Task A_change_needs_no_policy_hints()
    {
        Dc.Controls = [];
        Assert.IsType<PasswordWrite.Applied>(await ChangeAsync());
    }

    [Fact]
    public async Task An_account_that_must_change_can_change()
    {
        Dc.PasswordLastSet = 0;
        Dc.OnModify = (end, request) =>
        {
            Dc.PasswordLastSet = 134400179519250727;
            return ScriptedController.LieAsync(end, request);
        };
        Assert.IsType<PasswordWrite.Applied>(await ChangeAsync());
    }

    [Theory]
    [InlineData(19, "00000056: AtrErr: DSID-03191083, #1: 0: 00000056: problem 1005 (CONSTRAINT_ATT_TYPE)", RefusalCause.WrongOldPassword)]
    [InlineData(19, "0000056A: AtrErr: DSID-03191083", RefusalCause.WrongOldPassword)]
    [InlineData(19, "00000775: Password change not permitted, account locked out!", RefusalCause.LockedOut)]
    [InlineData(19, "0000052D: Constraint violation", RefusalCause.InHistory)]
    [InlineData(19, "error in module acl: Constraint violation during LDB_MODIFY (19)", RefusalCause.NoRights)]
    [InlineData(50, "00000005: SecErr: DSID-031A11D2, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0", RefusalCause.NoRights)]
    [InlineData(10, "0000202B: RefErr: DSID-0310082F, data 0, 1 access points", RefusalCause.Referral)]
    [InlineData(51, "0000200E: SvcErr: DSID-03100245, problem 5001 (BUSY), data 0", RefusalCause.Busy)]
    [InlineData(32, "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0", RefusalCause.NotFound)]
    [InlineData(80, "00000057: LdapErr: DSID-0C090E17", RefusalCause.Other)]
    public async Task A_refused_change_is_final_and_never_becomes_a_reset(int code, string diagnostic, RefusalCause cause)
    {
        Dc.OnModify = ScriptedController.Refuse(code, diagnostic);
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync()).Cause);
        Assert.DoesNotContain(ChangesOf(Assert.Single(Dc.Modifies)), change => change.Operation == 2);
    }

    [Theory]
    [InlineData("Sh0rt!", RefusalCause.TooShort)]
    [InlineData("alllowercase1", RefusalCause.NotComplex)]
    [InlineData("my-ARENDT-2026", RefusalCause.ContainsName)]
    public async Task The_rule_that_a_new_password_broke_is_named(string password, RefusalCause cause)
    {
        Dc.OnModify = ScriptedController.Refuse(19, "0000052D: Constraint violation");
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync(@new: password)).Cause);
    }

    [Fact]
    public async Task The_current_password_counts_as_history_also_where_none_is_kept()
    {
        Dc.Head["pwdHistoryLength"] = ScriptedUser.Value("0");
        Dc.OnModify = ScriptedController.Refuse(19, "0000052D: Constraint violation");
        Assert.Equal(RefusalCause.InHistory, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync(Old, Old)).Cause);
        Assert.Equal(RefusalCause.RefusedByFilterOrUnspecified, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync()).Cause);
    }

    [Fact]
    public async Task The_minimum_age_comes_before_all_other_rules_and_with_its_end()
    {
        // The scripted server's clock stands at 2026-11-24 12:00.
        Dc.Head["minPwdAge"] = ScriptedUser.Value("-864000000000");
        Dc.PasswordLastSet = new DateTime(2026, 11, 24, 11, 0, 0, DateTimeKind.Utc).ToFileTimeUtc();
        Dc.OnModify = ScriptedController.Refuse(19, "0000052D: Constraint violation");
        var refused = Assert.IsType<PasswordWrite.Refused>(await ChangeAsync(@new: "short"));
        Assert.Equal((RefusalCause.TooRecent, new DateTimeOffset(2026, 11, 25, 11, 0, 0, TimeSpan.Zero)), (refused.Cause, refused.EarliestNextChange));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_sending_leaves_an_unknown_that_is_not_sent_again()
    {
        Dc.OnModify = (end, _) => end.DisposeAsync().AsTask();
        Assert.IsType<PasswordWrite.Unknown>(await ChangeAsync());
        Assert.Single(Dc.Modifies);
    }

    [Fact]
    public async Task A_success_that_nothing_shows_is_unknown()
    {
        Dc.OnModify = ScriptedController.LieAsync;
        Assert.IsType<PasswordWrite.Unknown>(await ChangeAsync());
    }

    [Theory]
    [InlineData("", New, RefusalCause.WrongOldPassword)]
    [InlineData(Old, "", RefusalCause.Malformed)]
    public async Task What_cannot_be_a_password_is_not_sent(string old, string @new, RefusalCause cause)
    {
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync(old, @new)).Cause);
        Assert.Empty(Dc.Modifies);
    }

    [Fact]
    public async Task A_read_only_domain_controller_is_sent_nothing()
    {
        Dc.Capabilities = ["1.2.840.113556.1.4.1920"];
        Assert.Equal(RefusalCause.ReadOnlyDomainController, Assert.IsType<PasswordWrite.Refused>(await ChangeAsync()).Cause);
        Assert.Empty(Dc.Modifies);
    }

    [Fact]
    public async Task Nothing_is_sent_after_its_time()
    {
        var write = await Domain.ChangePasswordAsync(await AnnaAsync(), Utf16(Old), Utf16(New), Time.GetUtcNow().AddSeconds(-1), Enough, Ct);
        Assert.Equal(RefusalCause.NotAfterPassed, Assert.IsType<PasswordWrite.Refused>(write).Cause);
        Assert.Empty(Dc.Modifies);
    }

    private async Task<PasswordWrite> ChangeAsync(string old = Old, string @new = New) =>
        await Domain.ChangePasswordAsync(await AnnaAsync(), Utf16(old), Utf16(@new), Time.GetUtcNow().AddMinutes(1), Enough, Ct);
}
