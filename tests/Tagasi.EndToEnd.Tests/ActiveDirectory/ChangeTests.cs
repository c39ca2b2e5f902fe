using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>Passwords changed at a real domain controller by proof of the old one.</summary>
public sealed class ChangeTests(North north) : IClassFixture<North>
{
    private const string Fine = "Quite-Fine-2026-Passw0rd";

    [Theory]
    [InlineData("stud01", Fine)]
    [InlineData("stud02", "Ünïcödé-Pässwörd-1€")]
    [InlineData("stud03", "Emoji-😀😀-Passw0rd")]
    [InlineData("mustchange", Fine)]
    [InlineData("passwordexpired", Fine)]
    [InlineData("neverexpires", Fine)]
    [InlineData("olaf", Fine)]
    [InlineData("comma", Fine)]
    [InlineData("backslash", Fine)]
    [InlineData("trailing", Fine)]
    [InlineData("emoji", Fine)]
    [InlineData("ohara", Fine)]
    public async Task A_change_lets_its_user_sign_in(string name, string password)
    {
        var applied = Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync(name, Lab.UserPassword, password));
        Assert.Equal(WriteWarning.None, applied.Warning);
        Assert.Equal(applied.Before.PasswordStamp!.Version + 1, applied.After.PasswordStamp!.Version);
        Assert.Equal(applied.After.ServerInvocationId, applied.After.PasswordStamp.OriginatingInvocationId);
        Assert.False((await north.ReadAsync(name)).MustChangePassword);
        Assert.True(await Lab.CanLogOnAsync(name, password));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("accountexpired")]
    public async Task A_change_leaves_what_else_keeps_its_user_out(string name)
    {
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync(name, Lab.UserPassword, Fine));
        var account = await north.ReadAsync(name);
        Assert.True(account.IsDisabled || account.IsExpired);
    }

    [Fact]
    public async Task A_wrong_old_password_changes_nothing_and_counts_towards_lockout()
    {
        var before = await north.ReadAsync("anna");
        for (var tries = 0; tries < 5; tries++)
        {
            Assert.Equal(RefusalCause.WrongOldPassword, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("anna", "Not-My-Passw0rd", Fine)).Cause);
        }

        var after = await north.ReadAsync("anna");
        Assert.True(after.IsLockedOut);
        Assert.Equal(before.PasswordStamp, after.PasswordStamp);
        Assert.Equal(RefusalCause.LockedOut, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("anna", Lab.UserPassword, Fine)).Cause);
        Assert.IsType<PasswordWrite.Applied>(await north.UnlockAsync("anna"));
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync("anna", Lab.UserPassword, Fine));
    }

    [Fact]
    public async Task A_wrong_old_password_shows_in_its_time_and_a_right_one_does_not()
    {
        var before = await north.ReadAsync("stud14");
        Assert.Equal(0, before.RawBadPasswordTime);
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync("stud14", Lab.UserPassword, Fine));
        Assert.Equal(0, (await north.ReadAsync("stud14")).RawBadPasswordTime);
        Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("stud14", "Not-My-Passw0rd", "Another-" + Fine));
        Assert.True((await north.ReadAsync("stud14")).RawBadPasswordTime >= before.ServerTime.ToFileTime());
    }

    [Fact]
    public async Task A_locked_account_cannot_change()
    {
        Assert.Equal(RefusalCause.LockedOut, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("locked", Lab.UserPassword, Fine)).Cause);
        Assert.True((await north.ReadAsync("locked")).IsLockedOut);
    }

    [Theory]
    [InlineData("bert", "Sh0rt!", RefusalCause.TooShort)]
    [InlineData("bert", "alllowercaseletters", RefusalCause.NotComplex)]
    [InlineData("bert", "Initial-Passw0rd", RefusalCause.InHistory)]
    public async Task A_refusal_names_the_rule_and_changes_nothing(string name, string password, RefusalCause cause)
    {
        var before = (await north.ReadAsync(name)).PasswordStamp;
        Assert.Equal(cause, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync(name, Lab.UserPassword, password)).Cause);
        Assert.Equal(before, (await north.ReadAsync(name)).PasswordStamp);
    }

    [Fact]
    public async Task A_password_settings_object_rules_a_change_too()
    {
        Assert.Equal(RefusalCause.TooShort, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("strict", Lab.UserPassword, "Fine-But-Short1")).Cause);
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync("strict", Lab.UserPassword, Fine));
        Assert.Equal(RefusalCause.TooRecent, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("strict", Fine, Fine + "-2")).Cause);
    }

    [Fact]
    public async Task A_former_password_is_in_history()
    {
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync("stud04", Lab.UserPassword, Fine));
        Assert.Equal(RefusalCause.InHistory, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("stud04", Fine, Lab.UserPassword)).Cause);
    }

    [Fact]
    public async Task The_minimum_age_is_named_whatever_the_password_and_with_its_end()
    {
        var last = (await north.ReadAsync("young")).PasswordLastSet;
        foreach (var password in (string[])[Fine, "Sh0rt!", Lab.UserPassword])
        {
            var refused = Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync("young", Lab.UserPassword, password));
            Assert.Equal((RefusalCause.TooRecent, last + TimeSpan.FromDays(1)), (refused.Cause, refused.EarliestNextChange));
        }
    }

    [Theory]
    [InlineData("cannotchange", RefusalCause.NoRights)]
    [InlineData("pat.admin", RefusalCause.Protected)]
    public async Task Where_nobody_may_change_nothing_changes_and_the_right_is_named(string name, RefusalCause cause)
    {
        var refused = Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync(name, Lab.UserPassword, Fine));
        Assert.Equal(cause, refused.Cause);
        Assert.Contains(": Change Password.", refused.Diagnostics, StringComparison.Ordinal);
        Assert.True(await Lab.CanLogOnAsync(name, Lab.UserPassword));
    }

    [Fact]
    public async Task A_user_moved_meanwhile_is_the_same_user()
    {
        var before = await north.ReadAsync("stud19");
        await Lab.RunAsync(
            "exec", "samba-tool", "user", "move", "stud19", "OU=Staff,OU=People", "-H", "ldap://dc1.north.example", "-U", $"Administrator%{Lab.AdministratorPassword}");
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync(before, Lab.UserPassword, Fine));
        Assert.True(await Lab.CanLogOnAsync("stud19", Fine));
    }
}
