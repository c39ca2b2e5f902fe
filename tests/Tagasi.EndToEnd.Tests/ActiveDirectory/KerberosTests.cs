using System.Net;
using Tagasi.ActiveDirectory;
using Tagasi.EndToEnd.Tests.Ldap;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>The same over sealed Kerberos, without TLS.</summary>
public sealed class KerberosTests(North north) : IClassFixture<North>
{
    [Fact]
    public async Task A_keytab_reads_accounts_and_resets_passwords()
    {
        South.UseKerberos("svc-tagasi.north.keytab");
        await ReadsAndWritesAsync(new DirectoryCredential.Kerberos(null), "stud01");
    }

    [Fact]
    public async Task A_name_and_its_password_do_as_well()
    {
        South.UseKerberos();
        await ReadsAndWritesAsync(new DirectoryCredential.Kerberos(_ => new(new NetworkCredential("svc-tagasi@NORTH.EXAMPLE", Lab.ServicePassword))), "stud02");
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_ones()
    {
        South.UseKerberos();
        var options = North.Options() with { Credential = new DirectoryCredential.Kerberos(_ => new(new NetworkCredential("svc-tagasi@NORTH.EXAMPLE", "wrong"))) };
        await using var domain = new ActiveDirectoryDomain(options, TimeProvider.System);
        var reading = await domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, North.Enough, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCause.CredentialRefused, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
    }

    private async Task ReadsAndWritesAsync(DirectoryCredential credential, string name)
    {
        const string password = "Sealed-By-Kerberos-2026";
        await using var domain = new ActiveDirectoryDomain(North.Options() with { Credential = credential }, TimeProvider.System);
        Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(await north.ReadAsync(name, domain), password, domain: domain));
        Assert.True(await Lab.CanLogOnAsync(name, password));

        // The person's own sign-in goes over TLS all the same.
        Assert.IsType<PasswordVerification.Right>(await north.VerifyAsync(name, password, domain));
        Assert.IsType<PasswordVerification.Wrong>(await north.VerifyAsync(name, "Wrong-" + password, domain));
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync(await north.ReadAsync(name, domain), password, password + "-2", domain));
    }
}
