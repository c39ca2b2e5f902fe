using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>The agent has the last word: what its own host forbids is not written, whatever the service signs.</summary>
public sealed class LocalPolicyTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Theory]
    [InlineData("CN=Olaf,OU=Outside,DC=north,DC=example")]
    [InlineData("CN=Olaf,OU=Peoples,DC=north,DC=example")]
    [InlineData("CN=Olaf,DC=north,DC=example")]
    [InlineData(@"CN=Olaf\,OU=People,DC=north,DC=example")]
    [InlineData(@"CN=Olaf\2COU=People,DC=north,DC=example")]
    [InlineData("CN=Olaf,OU=People,DC=north,DC=example,DC=evil")]
    [InlineData("CN=Olaf,CN=People,DC=north,DC=example")]
    [InlineData("OU=People,DC=north,DC=example")]
    [InlineData("CN=Olaf,OU=Board,OU=People,DC=north,DC=example")]
    [InlineData("CN=Olaf,ou=board , OU=People,DC=north,DC=example")]
    [InlineData("CN=Olaf,OU=Deep,OU=Board,OU=People,DC=north,DC=example")]
    [InlineData("not a name")]
    [InlineData("")]
    public async Task An_account_outside_the_scope_is_refused(string distinguishedName) =>
        await RefusedAsync(account => account with { DistinguishedName = distinguishedName }, Problems.AccountOutOfScope);

    [Theory]
    [InlineData("CN=Anna,OU=People,DC=north,DC=example")]
    [InlineData("cn=Anna,ou=PEOPLE,dc=North,dc=example")]
    [InlineData(@"CN=Arb\, Anna,OU=Deep,OU=Staff,OU=People,DC=north,DC=example")]
    public async Task An_account_below_an_included_container_is_in_scope(string distinguishedName)
    {
        agent.Directory.Account = account => account with { DistinguishedName = distinguishedName };
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task An_account_with_adminCount_is_refused() => await RefusedAsync(account => account with { HasAdminCount = true }, Problems.AccountProtected);

    [Theory]
    [InlineData("S-1-5-21-1-2-3-512")]
    [InlineData("S-1-5-21-7-7-7-519")]
    [InlineData("S-1-5-21-1-2-3-498")]
    [InlineData("S-1-5-21-1-2-3-527")]
    [InlineData("S-1-5-32-544")]
    [InlineData("S-1-5-32-551")]
    [InlineData("S-1-5-21-9-9-9-1500")]
    public async Task A_member_of_a_protected_group_is_refused_however_deeply_nested(string group) =>
        await RefusedAsync(account => account with { GroupSids = [ScriptedDirectory.DomainSid + "-513", ScriptedDirectory.DomainSid + "-2001", group] }, Problems.AccountProtected);

    [Theory]
    [InlineData("S-1-5-32-545")]
    [InlineData("S-1-5-21-1-2-3-5120")]
    [InlineData("S-1-5-21-1-2-3-1512")]
    public async Task A_member_of_ordinary_groups_is_not_protected(string group)
    {
        agent.Directory.Account = account => account with { GroupSids = [group] };
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Theory]
    [InlineData("-500")]
    [InlineData("-501")]
    [InlineData("-502")]
    public async Task A_built_in_account_is_refused_wherever_it_was_moved(string rid) =>
        await RefusedAsync(account => account with { Sid = ScriptedDirectory.DomainSid + rid }, Problems.AccountProtected);

    [Fact]
    public async Task An_account_named_in_the_settings_is_refused() =>
        await RefusedAsync(account => account with { ObjectGuid = Guid.Parse("7f000000-0000-0000-0000-000000000001") }, Problems.AccountProtected);

    [Fact]
    public async Task The_agents_own_account_is_refused_by_either_of_its_names()
    {
        await RefusedAsync(account => account with { SamAccountName = "SVC-Tagasi", UserPrincipalName = null }, Problems.AccountProtected);
        await RefusedAsync(account => account with { SamAccountName = "other", UserPrincipalName = "svc-tagasi@north.example" }, Problems.AccountProtected);
    }

    [Theory]
    [InlineData(AccountKind.Machine, "account-protected")]
    [InlineData(AccountKind.KeyDistributionService, "account-protected")]
    [InlineData(AccountKind.SystemCritical, "account-protected")]
    [InlineData(AccountKind.Other, "account-not-found")]
    public async Task What_is_no_persons_account_is_refused(AccountKind kind, string problem) =>
        await RefusedAsync(account => account with { Kind = kind }, Problems.All[problem]);

    [Fact]
    public async Task A_disabled_account_is_refused() => await RefusedAsync(account => account with { IsDisabled = true }, Problems.AccountDisabled);

    [Fact]
    public async Task An_expired_account_is_refused() => await RefusedAsync(account => account with { IsExpired = true }, Problems.AccountExpired);

    [Fact]
    public async Task An_account_that_cannot_change_its_password_is_refused() => await RefusedAsync(account => account with { CannotChangePassword = true }, Problems.AccountCannotChange);

    [Fact]
    public async Task What_could_not_be_read_of_an_account_is_never_an_allow()
    {
        await RefusedAsync(account => account with { CannotChangePassword = null }, Problems.DirectoryRights);
        await RefusedAsync(account => account with { GroupSids = [] }, Problems.DirectoryRights);
    }

    [Fact]
    public async Task A_deleted_account_is_not_found()
    {
        agent.Directory.Reading = new AccountReading.NotFound();
        await RefusedAsync(account => account, Problems.AccountNotFound);
    }

    [Theory]
    [InlineData(FailureCause.Unreachable, "directory-unavailable")]
    [InlineData(FailureCause.TimedOut, "directory-unavailable")]
    [InlineData(FailureCause.PdcEmulatorNotFound, "directory-unavailable")]
    [InlineData(FailureCause.Tls, "directory-untrusted")]
    [InlineData(FailureCause.CredentialRefused, "directory-sign-in-failed")]
    [InlineData(FailureCause.NotReadable, "directory-rights")]
    public async Task A_directory_that_cannot_be_asked_is_a_refusal_that_names_the_cause(FailureCause cause, string problem)
    {
        agent.Directory.Reading = new AccountReading.Unavailable(new DirectoryFailure(cause, "words"));
        await RefusedAsync(account => account, Problems.All[problem]);
    }

    [Theory]
    [InlineData(RefusalCause.TooShort, "password-too-short")]
    [InlineData(RefusalCause.TooLong, "password-too-long")]
    [InlineData(RefusalCause.NotComplex, "password-not-complex")]
    [InlineData(RefusalCause.ContainsName, "password-contains-name")]
    [InlineData(RefusalCause.InHistory, "password-in-history")]
    [InlineData(RefusalCause.TooRecent, "password-too-recent")]
    [InlineData(RefusalCause.RefusedByFilterOrUnspecified, "password-refused")]
    [InlineData(RefusalCause.Malformed, "envelope-unreadable")]
    [InlineData(RefusalCause.WrongOldPassword, "current-password-wrong")]
    [InlineData(RefusalCause.LockedOut, "account-locked")]
    [InlineData(RefusalCause.NotFound, "account-not-found")]
    [InlineData(RefusalCause.NotAPerson, "account-protected")]
    [InlineData(RefusalCause.Protected, "account-protected")]
    [InlineData(RefusalCause.NoRights, "directory-rights")]
    [InlineData(RefusalCause.PolicyHintsUnsupported, "directory-policy-hints")]
    [InlineData(RefusalCause.NotAfterPassed, "ticket-expired")]
    [InlineData(RefusalCause.NotProtected, "directory-untrusted")]
    [InlineData(RefusalCause.Cancelled, "not-carried-out")]
    [InlineData(RefusalCause.Referral, "directory-not-writable")]
    [InlineData(RefusalCause.ReadOnlyDomainController, "directory-not-writable")]
    [InlineData(RefusalCause.Busy, "directory-unavailable")]
    [InlineData(RefusalCause.PdcEmulatorMoved, "directory-unavailable")]
    [InlineData(RefusalCause.Unreachable, "directory-unavailable")]
    [InlineData(RefusalCause.Other, "directory-refused")]
    public async Task Every_refusal_of_the_directory_has_its_problem(RefusalCause cause, string problem)
    {
        agent.Directory.Write = () => new PasswordWrite.Refused(cause, "words");
        var result = await agent.CarryOutAsync(agent.Order());
        Assert.Equal((Outcome.Refused, problem), (result.Outcome, result.Problem));
    }

    [Fact]
    public void No_refusal_of_the_directory_is_left_without_a_problem()
    {
        var causes = Enum.GetValues<RefusalCause>().Where(cause => cause is not (RefusalCause.None or RefusalCause.Other));
        Assert.DoesNotContain(causes, cause => DirectoryProblems.Of(cause) == Problems.DirectoryRefused);
    }

    private async Task RefusedAsync(Func<Account, Account> change, Problem problem)
    {
        agent.Directory.Account = change;
        var result = await agent.CarryOutAsync(agent.Order());
        Assert.Equal((Outcome.Refused, problem.Code), (result.Outcome, result.Problem));
        Assert.Equal(0, agent.Directory.Writes);
    }
}
