using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>Passwords written to a real domain controller, and its refusals told apart.</summary>
public sealed class ResetTests(North north) : IClassFixture<North>
{
    private const string Fine = "Quite-Fine-2026-Passw0rd";

    [Theory]
    [InlineData("stud01", Fine)]
    [InlineData("stud02", "Ünïcödé-Pässwörd-1€")]
    [InlineData("stud03", "Emoji-😀😀-Passw0rd")]
    [InlineData("stud04", "\"quoted\" \\ (and) *escaped*; 1A")]
    [InlineData("comma", Fine)]
    [InlineData("plus", Fine)]
    [InlineData("hash", Fine)]
    [InlineData("leadinghash", Fine)]
    [InlineData("backslash", Fine)]
    [InlineData("quotes", Fine)]
    [InlineData("equals", Fine)]
    [InlineData("slash", Fine)]
    [InlineData("star", Fine)]
    [InlineData("umlauts", Fine)]
    [InlineData("emoji", Fine)]
    [InlineData("ohara", Fine)]
    [InlineData("longcn", Fine)]
    [InlineData("trailing", Fine)]
    public async Task A_reset_lets_its_user_sign_in(string name, string password)
    {
        var applied = Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync(name, password));
        Assert.Equal(WriteWarning.None, applied.Warning);
        Assert.True(applied.After.PasswordLastSet > applied.Before.PasswordLastSet);
        Assert.True(await Lab.CanLogOnAsync(name, password));
    }

    [Theory]
    [InlineData("mustchange")]
    [InlineData("passwordexpired")]
    [InlineData("cannotchange")]
    [InlineData("neverexpires")]
    public async Task A_reset_mends_what_kept_its_user_out(string name)
    {
        Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync(name, Fine));
        var after = await north.ReadAsync(name);
        Assert.False(after.MustChangePassword || after.IsPasswordExpired);
        Assert.True(await Lab.CanLogOnAsync(name, Fine));
    }

    [Fact]
    public async Task A_reset_unlocks()
    {
        Assert.True((await north.ReadAsync("locked")).IsLockedOut);
        var applied = Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync("locked", Fine));
        Assert.True(applied.Before.IsLockedOut);
        Assert.False(applied.After.IsLockedOut);
        Assert.False((await north.ReadAsync("locked")).IsLockedOut);
        Assert.True(await Lab.CanLogOnAsync("locked", Fine));
    }

    [Fact]
    public async Task A_reset_does_not_enable_a_disabled_account()
    {
        Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync("disabled", Fine));
        Assert.True((await north.ReadAsync("disabled")).IsDisabled);
    }

    [Theory]
    [InlineData("bert", "Sh0rt!", RefusalCause.TooShort)]
    [InlineData("bert", "alllowercaseletters", RefusalCause.NotComplex)]
    [InlineData("strict", "Fine-But-Short1", RefusalCause.TooShort)]
    [InlineData("strict", "alllowercaseletters", RefusalCause.NotComplex)]
    public async Task A_refusal_names_the_rule_of_domain_or_password_settings_object(string name, string password, RefusalCause cause)
    {
        var before = (await north.ReadAsync(name)).RawPasswordLastSet;
        await north.RefusedAsync(name, password, cause);
        Assert.Equal(before, (await north.ReadAsync(name)).RawPasswordLastSet);
    }

    [Fact]
    public async Task The_current_and_former_passwords_are_in_history_for_a_reset_too()
    {
        await north.RefusedAsync("stud05", Lab.UserPassword, RefusalCause.InHistory);
        Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync("stud05", Fine));
        await north.RefusedAsync("stud05", Lab.UserPassword, RefusalCause.InHistory);
        await north.RefusedAsync("stud05", Fine, RefusalCause.InHistory);
    }

    [Fact]
    public async Task The_minimum_age_is_named_whatever_the_password_and_with_its_end()
    {
        var last = (await north.ReadAsync("young")).PasswordLastSet;
        foreach (var password in (string[])[Fine, "Sh0rt!", "alllowercaseletters"])
        {
            var refused = await north.RefusedAsync("young", password, RefusalCause.TooRecent);
            Assert.Equal(last + TimeSpan.FromDays(1), refused.EarliestNextChange);
        }
    }

    [Fact]
    public async Task The_domains_own_minimum_age_counts_as_well()
    {
        await SetDomainPolicyAsync("--min-pwd-age=2");
        try
        {
            await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
            var anna = await north.ReadAsync("anna", domain);
            Assert.Equal(anna.PasswordLastSet + TimeSpan.FromDays(2), anna.EarliestNextChange);
            var refused = Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(anna, Fine, domain: domain));
            Assert.Equal((RefusalCause.TooRecent, anna.EarliestNextChange), (refused.Cause, refused.EarliestNextChange));
        }
        finally
        {
            await SetDomainPolicyAsync("--min-pwd-age=0");
        }
    }

    [Theory]
    [InlineData("olaf", RefusalCause.NoRights)]
    [InlineData("pat.admin", RefusalCause.Protected)]
    [InlineData("stale.admin", RefusalCause.Protected)]
    public async Task Where_the_service_account_has_no_rights_nothing_changes(string name, RefusalCause cause)
    {
        await north.RefusedAsync(name, Fine, cause);
        Assert.False(await Lab.CanLogOnAsync(name, Fine));
    }

    [Theory]
    [InlineData("olaf", "Missing on CN=olaf,OU=Outside,DC=north,DC=example: Reset Password, Write lockoutTime. Grant this on OU=Outside,DC=north,DC=example")]
    [InlineData("pat.admin", "The account is in a protected group")]
    [InlineData("stale.admin", "clear it and let the object inherit from OU=Staff,OU=People,DC=north,DC=example again")]
    public async Task The_missing_rights_are_named_with_where_to_grant_them(string name, string words)
    {
        var refused = Assert.IsType<PasswordWrite.Refused>(await north.ResetAsync(name, Fine));
        Assert.Contains(words, refused.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_adminCount_is_told_from_a_protected_group()
    {
        Assert.True((await north.ReadAsync("stale.admin")).HasStaleAdminCount);
        var pat = await north.ReadAsync("pat.admin");
        Assert.EndsWith("-512", pat.ProtectingGroup, StringComparison.Ordinal);
        Assert.False(pat.HasStaleAdminCount);
        Assert.EndsWith("-512", (await north.ReadAsync("nested.admin")).ProtectingGroup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_deleted_and_made_anew_is_another_user()
    {
        var old = await north.ReadAsync("stud18");
        await AdministerAsync("user", "delete", "stud18");
        await AdministerAsync("user", "create", "stud18", Fine, "--userou=OU=Students,OU=People");
        Assert.Equal(RefusalCause.NotFound, Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(old, Fine + "-2")).Cause);
        Assert.Equal(RefusalCause.NotFound, Assert.IsType<PasswordWrite.Refused>(await north.ChangeAsync(old, Fine, Fine + "-2")).Cause);
        Assert.IsType<AccountReading.NotFound>(await north.Domain.ReadAccountAsync(old.ObjectGuid, North.Enough, TestContext.Current.CancellationToken));
        Assert.True(await Lab.CanLogOnAsync("stud18", Fine));
    }

    [Fact]
    public async Task A_service_account_that_may_unlock_but_not_reset_is_told_which_right_it_lacks()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options("svc-noreset"), TimeProvider.System);
        var refused = Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(await north.ReadAsync("anna", domain), Fine, domain: domain));
        Assert.Equal(RefusalCause.NoRights, refused.Cause);
        Assert.Contains("DC=north,DC=example: Reset Password. Grant this on OU=Staff,OU=People", refused.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_systems_own_accounts_are_recognised_and_sent_nothing()
    {
        foreach (var (name, kind) in new[] { ("krbtgt", AccountKind.KeyDistributionService), ("Administrator", AccountKind.SystemCritical), ("DC1$", AccountKind.Machine) })
        {
            var reading = await north.Domain.ReadAccountAsync(await GuidOfAsync(name), North.Enough, TestContext.Current.CancellationToken);
            var account = Assert.IsType<AccountReading.Found>(reading).Account;
            Assert.Equal(kind, account.Kind);
            Assert.Equal(RefusalCause.NotAPerson, Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(account, Fine)).Cause);
        }
    }

    [Fact]
    public async Task A_user_deleted_meanwhile_is_not_found()
    {
        var doomed = await north.ReadAsync("stud20");
        await AdministerAsync("user", "delete", "stud20");
        Assert.Equal(RefusalCause.NotFound, Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(doomed, Fine)).Cause);
    }

    [Fact]
    public async Task A_user_moved_and_renamed_meanwhile_is_the_same_user()
    {
        var before = await north.ReadAsync("stud19");
        await AdministerAsync("user", "move", "stud19", "OU=Staff,OU=People");
        await AdministerAsync("user", "rename", "stud19", "--force-new-cn=Somebody Else", "--samaccountname=somebody", "--upn=somebody@north.example");
        Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(before, Fine));
        Assert.True(await Lab.CanLogOnAsync("somebody", Fine));
    }

    [Fact]
    public async Task Eight_at_once_are_all_applied()
    {
        var writes = await Task.WhenAll(Enumerable.Range(6, 8).Select(n => north.ResetAsync($"stud{n:00}", Fine)));
        Assert.All(writes, write => Assert.IsType<PasswordWrite.Applied>(write));
    }

    private static Task<string> SetDomainPolicyAsync(string setting) => AdministerAsync("domain", "passwordsettings", "set", setting);

    private static Task<string> AdministerAsync(params string[] command) =>
        Lab.RunAsync(["exec", "samba-tool", .. command, "-H", "ldap://dc1.north.example", "-U", $"Administrator%{Lab.AdministratorPassword}"]);

    private static async Task<Guid> GuidOfAsync(string name)
    {
        var shown = await AdministerAsync(name.EndsWith('$') ? "computer" : "user", "show", name, "--attributes=objectGUID");
        return Guid.Parse(shown.Split('\n').Single(line => line.StartsWith("objectGUID: ", StringComparison.Ordinal))[12..]);
    }
}
