using Tagasi.ActiveDirectory;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>What a domain controller's refusal to sign in or to show an account is told as.</summary>
public sealed class ReadFailureTests : ScriptedDomain
{
    [Theory]
    [InlineData(51, "0000200E: LdapErr: DSID-0C090CA1, comment: the server is busy", FailureCause.Busy)]
    [InlineData(52, "", FailureCause.Busy)]
    [InlineData(49, "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1", FailureCause.CredentialRefused)]
    public async Task A_bind_that_a_busy_domain_controller_turns_down_says_nothing_of_the_agents_account(int code, string diagnostic, FailureCause cause)
    {
        Dc.BindRefusal = (code, diagnostic);
        Assert.Equal(cause, (await FailureAsync(Domain)).Cause);
    }

    [Theory]
    [InlineData(3, "", FailureCause.Busy)]
    [InlineData(53, "0000200F: SvcErr: DSID-03100245, problem 5002 (UNAVAILABLE), data 0", FailureCause.Busy)]
    [InlineData(10, "0000202B: RefErr: DSID-031007FC, data 0, 1 access points", FailureCause.Referral)]
    [InlineData(1, "000004DC: LdapErr", FailureCause.Refused)]
    public async Task A_read_that_is_refused_says_why(int code, string diagnostic, FailureCause cause)
    {
        Dc.ReadRefusal = (code, diagnostic);
        Assert.Equal(cause, (await FailureAsync(Domain)).Cause);
    }

    [Fact]
    public async Task A_domain_controller_of_another_domain_is_not_asked_about_anybody()
    {
        await using var other = new ActiveDirectoryDomain(Dc.OptionsWith() with { DnsName = "child.scripted.test" }, Time);
        var failure = await FailureAsync(other);
        Assert.Equal(FailureCause.Refused, failure.Cause);
        Assert.Contains("DC=scripted,DC=test, not of child.scripted.test", failure.Detail, StringComparison.Ordinal);
    }

    private static async Task<DirectoryFailure> FailureAsync(ActiveDirectoryDomain domain) =>
        Assert.IsType<AccountReading.Unavailable>(await domain.ReadAccountAsync(ScriptedController.Anna, Enough, Ct)).Failure;
}
