using System.Diagnostics;
using System.Net;
using System.Text;
using Tagasi.Ldap;

namespace Tagasi.EndToEnd.Tests.Ldap;

/// <summary>
/// A domain controller whose processes are stopped while its ports stay open. System.DirectoryServices.Protocols hangs here for as long as
/// it lasts; this is why there is a client of our own.
/// </summary>
public sealed class FrozenControllerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly LdapCredential Credential = LdapCredential.Simple(South.Service, Encoding.UTF8.GetBytes(Lab.ServicePassword));

    [Fact]
    public async Task Everything_ends_by_its_deadline_and_a_read_is_answered_again_after_the_thaw()
    {
        South.UseKerberos();
        await using var reading = await South.BoundAsync();
        await using var writing = await South.BoundAsync();
        await using var binding = await LdapConnection.ConnectAsync(South.Tls);
        await using var sealing = await LdapConnection.ConnectAsync(South.Kerberos);
        var anna = await South.FindAsync(reading, "anna");
        await Lab.RunAsync("freeze", "south-dc1");
        try
        {
            await FailsInTimeAsync(LdapStage.Tls, () => LdapConnection.ConnectAsync(South.Tls with { ConnectTimeout = Short }));
            await FailsInTimeAsync(LdapStage.Bind, () => binding.BindAsync(Credential, Short));
            await FailsInTimeAsync(LdapStage.Request, () => reading.ReadAsync(anna.Dn, [], timeout: Short));
            // The KDC is frozen with it: the system's own Kerberos library would wait for half a minute and more.
            var kerberos = LdapCredential.Kerberos(new NetworkCredential("svc-tagasi", Lab.ServicePassword, "SOUTH.EXAMPLE"));
            await FailsInTimeAsync(LdapStage.Bind, () => sealing.BindAsync(kerberos, Short));

            var write = await FailsInTimeAsync(LdapStage.Request, () => writing.ModifyAsync(anna.Dn, [LdapModification.Replace("lockoutTime", "0"u8.ToArray())], timeout: Short));
            Assert.True(write.MayHaveBeenCarriedOut);
            Assert.Equal((true, false), (reading.IsUsable, writing.IsUsable));
        }
        finally
        {
            await Lab.RunAsync("thaw", "south-dc1");
        }

        // The answer to the abandoned read may come first, and harms nobody.
        Assert.Equal(anna.Dn, (await reading.ReadAsync(anna.Dn, ["cn"]))!.Dn);
    }

    private static async Task<LdapConnectionException> FailsInTimeAsync(LdapStage stage, Func<Task> act)
    {
        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<LdapConnectionException>(act);
        Assert.Equal((LdapFailure.TimedOut, stage), (failure.Failure, failure.Stage));
        Assert.InRange(clock.Elapsed, Short * 0.9, Short * 6);
        return failure;
    }
}
