using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>A domain that has taken everybody's right to read accounts away, as hardening guides advise.</summary>
public sealed class HardenedDomainTests(North north) : IClassFixture<North>
{
    private const string AuthenticatedUsers = "CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=north,DC=example";

    [Fact]
    public async Task Where_accounts_may_not_be_read_they_are_not_taken_for_harmless()
    {
        await ChangeMembersAsync("removemembers");
        try
        {
            // What a connection may see is settled when it binds.
            await using var domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
            var reading = await domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, North.Enough, TestContext.Current.CancellationToken);
            var failure = Assert.IsType<AccountReading.Unavailable>(reading).Failure;
            Assert.Equal(FailureCause.NotReadable, failure.Cause);
            Assert.Contains("userAccountControl, tokenGroups", failure.Detail, StringComparison.Ordinal);
        }
        finally
        {
            await ChangeMembersAsync("addmembers");
        }
    }

    private static Task<string> ChangeMembersAsync(string verb) => Lab.RunAsync(
        "exec", "samba-tool", "group", verb, "Pre-Windows 2000 Compatible Access", $"--member-dn={AuthenticatedUsers}",
        "-H", "ldap://dc1.north.example", "-U", $"Administrator%{Lab.AdministratorPassword}");
}
