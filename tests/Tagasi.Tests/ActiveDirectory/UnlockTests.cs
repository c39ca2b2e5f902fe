using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Ending a lockout, with the password left alone.</summary>
public sealed class UnlockTests : ScriptedDomain
{
    public UnlockTests()
    {
        Dc.User["lockoutTime"] = ScriptedUser.Value("134400993556439808");
        Dc.OnModify = (end, request) => Shows(end, request, "0");
    }

    [Fact]
    public async Task An_unlock_is_one_modify_of_lockoutTime_alone()
    {
        var applied = Assert.IsType<PasswordWrite.Applied>(await UnlockAsync());
        Assert.Equal((WriteWarning.None, 134400993556439808, 0), (applied.Warning, applied.Before.RawLockoutTime, applied.After.RawLockoutTime));
        var modify = Assert.Single(Dc.Modifies);
        Assert.Empty(modify.Controls);
        Assert.Equal([(2, "lockoutTime", "0"u8.ToArray())], ChangesOf(modify));
    }

    [Fact]
    public async Task An_account_that_was_not_locked_is_applied_too()
    {
        Dc.User.Remove("lockoutTime");
        Assert.IsType<PasswordWrite.Applied>(await UnlockAsync());
    }

    [Theory]
    [InlineData("134400993556439808")]
    [InlineData(null)]
    public async Task A_success_after_which_no_zero_shows_is_unknown(string? lockoutTime)
    {
        Dc.OnModify = (end, request) => Shows(end, request, lockoutTime);
        Assert.IsType<PasswordWrite.Unknown>(await UnlockAsync());
    }

    [Fact]
    public async Task An_account_that_was_locked_anew_at_once_is_applied_with_a_warning()
    {
        Dc.OnModify = (end, request) => Shows(end, request, "134400993556439999");
        Assert.Equal(WriteWarning.StillLockedOut, Assert.IsType<PasswordWrite.Applied>(await UnlockAsync()).Warning);
    }

    [Theory]
    [InlineData(50, "00002098: Object CN=x has no write property access", RefusalCause.NoRights)]
    [InlineData(10, "0000202B: RefErr: DSID-0310082F", RefusalCause.Referral)]
    [InlineData(51, "0000200E: SvcErr", RefusalCause.Busy)]
    [InlineData(32, "0000208D: NameErr", RefusalCause.NotFound)]
    [InlineData(80, "00000057: LdapErr", RefusalCause.Other)]
    public async Task A_refusal_is_passed_on_and_nothing_is_sent_again(int code, string diagnostic, RefusalCause cause)
    {
        Dc.OnModify = ScriptedController.Refuse(code, diagnostic);
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await UnlockAsync()).Cause);
        Assert.Single(Dc.Modifies);
    }

    [Fact]
    public async Task An_unlock_without_an_answer_is_unknown()
    {
        Dc.OnModify = (end, _) => end.DisposeAsync().AsTask();
        Assert.IsType<PasswordWrite.Unknown>(await UnlockAsync());
        Assert.Single(Dc.Modifies);
    }

    [Fact]
    public async Task An_unlock_does_not_depend_on_policy_hints()
    {
        Dc.Controls = [];
        Assert.IsType<PasswordWrite.Applied>(await UnlockAsync());
    }

    private async Task<PasswordWrite> UnlockAsync() => await Domain.UnlockAsync(await AnnaAsync(), Time.GetUtcNow().AddMinutes(1), Enough, Ct);

    private Task Shows(ServerEnd end, Request request, string? lockoutTime)
    {
        Dc.User["lockoutTime"] = lockoutTime is null ? [] : ScriptedUser.Value(lockoutTime);
        return ScriptedController.LieAsync(end, request);
    }
}
