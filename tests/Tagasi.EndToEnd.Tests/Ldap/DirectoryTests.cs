using System.Net;
using System.Text;
using Tagasi.Ldap;

namespace Tagasi.EndToEnd.Tests.Ldap;

/// <summary>The LDAP client against a real domain controller, over TLS and over a Kerberos seal.</summary>
public sealed class DirectoryTests
{
    [Fact]
    public async Task People_come_page_by_page_and_the_other_partitions_are_told_not_followed()
    {
        await using var connection = await South.BoundAsync();
        var search = new LdapSearch
        {
            BaseDn = "DC=south,DC=example",
            PageSize = 2,
            Filter = LdapFilter.And(LdapFilter.Equal("objectClass", "user"), LdapFilter.Present("userPrincipalName")),
            Attributes = ["userPrincipalName", "objectGUID"],
        };
        var results = connection.SearchAsync(search);
        var names = new List<string>();
        await foreach (var entry in results)
        {
            names.Add(entry.Text("userPrincipalName")!);
            Assert.NotNull(entry.Guid("objectGUID"));
        }

        Assert.Contains("anna@south.example", names);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(results.References, reference => reference.Contains("CN=Configuration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hundreds_of_reads_under_way_at_once_each_get_their_own_answer()
    {
        await using var connection = await South.BoundAsync();
        var wanted = await Task.WhenAll(new[] { "anna", "bert", "stud01", "stud02", "stud03" }.Select(name => South.FindAsync(connection, name, "objectGUID")));
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            var entry = wanted[i % wanted.Length];
            var read = await connection.ReadAsync(LdapDn.ForGuid(entry.Guid("objectGUID")!.Value), ["sAMAccountName"]);
            Assert.Equal(LdapDn.Parse(entry.Dn), LdapDn.Parse(read!.Dn));
            Assert.True(LdapDn.Parse(read.Dn).IsUnder(LdapDn.Parse("ou=people, dc=SOUTH, dc=example")));
        }));
    }

    [Fact]
    public async Task What_is_not_there_reads_as_null_and_what_may_not_be_written_is_refused()
    {
        await using var connection = await South.BoundAsync();
        Assert.Null(await connection.ReadAsync("CN=nobody," + South.People, []));
        Assert.Null(await connection.ReadAsync(LdapDn.ForGuid(Guid.NewGuid()), []));
        var anna = await South.FindAsync(connection, "anna");
        var refused = await connection.ModifyAsync(anna.Dn, [LdapModification.Replace("description", "x"u8.ToArray())]);
        Assert.Equal((LdapResultCode.InsufficientAccessRights, 0x2098), (refused.Code, refused.Win32Code));
        Assert.True(connection.IsUsable);
    }

    [Theory]
    [InlineData(LdapSecurity.Tls)]
    [InlineData(LdapSecurity.Kerberos)]
    public async Task A_reset_by_GUID_is_applied_once_and_refused_by_history_the_second_time(LdapSecurity security)
    {
        South.UseKerberos();
        await using var connection = security == LdapSecurity.Tls
            ? await South.BoundAsync()
            : await South.BoundAsync(South.Kerberos, LdapCredential.Kerberos(new NetworkCredential("svc-tagasi", Lab.ServicePassword, "SOUTH.EXAMPLE")));
        var dn = LdapDn.ForGuid((await South.FindAsync(connection, "stud01", "objectGUID")).Guid("objectGUID")!.Value);
        var password = $"Fresh-{Guid.NewGuid()}";

        Assert.True((await connection.ModifyAsync(dn, [South.NewPassword(password)], [South.PolicyHints])).IsSuccess);
        var again = await connection.ModifyAsync(dn, [South.NewPassword(password)], [South.PolicyHints]);
        Assert.Equal((LdapResultCode.UnwillingToPerform, 0x52D), (again.Code, again.Win32Code));

        await using var user = await LdapConnection.ConnectAsync(South.Tls);
        Assert.Equal(LdapResultCode.InvalidCredentials, (await user.BindAsync(LdapCredential.Simple("stud01@south.example", "wrong"u8.ToArray()))).Code);
        Assert.True((await user.BindAsync(LdapCredential.Simple("stud01@south.example", Encoding.UTF8.GetBytes(password)))).IsSuccess);
        Assert.True((await connection.ModifyAsync(dn, [South.NewPassword(Lab.UserPassword)])).IsSuccess);
    }

    [Fact]
    public async Task A_keytab_is_enough_for_Kerberos()
    {
        South.UseKerberos("svc-tagasi.south.keytab");
        await using var connection = await South.BoundAsync(South.Kerberos, LdapCredential.Kerberos());
        var count = 0;
        await foreach (var entry in connection.SearchAsync(new LdapSearch { BaseDn = South.People, PageSize = 2, Attributes = ["cn"] }))
        {
            count++;
        }

        Assert.InRange(count, 5, 100);
    }

    [Fact]
    public async Task A_wrong_password_or_none_gives_no_Kerberos_context_and_no_other_kind_of_bind()
    {
        South.UseKerberos();
        foreach (var credential in new[] { new NetworkCredential("svc-tagasi", "wrong", "SOUTH.EXAMPLE"), null })
        {
            await using var connection = await LdapConnection.ConnectAsync(South.Kerberos);
            var failure = await Assert.ThrowsAsync<LdapConnectionException>(() => connection.BindAsync(LdapCredential.Kerberos(credential)));
            Assert.Equal((LdapFailure.KerberosFailed, LdapStage.Bind), (failure.Failure, failure.Stage));
        }
    }

    [Fact]
    public async Task Over_Kerberos_nothing_but_the_bind_can_be_read_on_the_wire()
    {
        South.UseKerberos();
        await using var wire = new WireTap(new IPEndPoint(Lab.SouthDc1, 389));
        var options = South.Kerberos with { Address = IPAddress.Loopback, Port = wire.Port };
        var password = $"Sealed-{Guid.NewGuid()}";
        await using (var connection = await South.BoundAsync(options, LdapCredential.Kerberos(new NetworkCredential("svc-tagasi", Lab.ServicePassword, "SOUTH.EXAMPLE"))))
        {
            var bert = await South.FindAsync(connection, "bert", "objectGUID");
            Assert.True((await connection.ModifyAsync(bert.Dn, [South.NewPassword(password)])).IsSuccess);
            Assert.True((await connection.ModifyAsync(bert.Dn, [South.NewPassword(Lab.UserPassword)])).IsSuccess);
        }

        var seen = await wire.SeenAsync();
        Assert.True(seen.AsSpan().IndexOf("GSS-SPNEGO"u8) >= 0);
        Assert.True(seen.AsSpan().IndexOf(Encoding.Unicode.GetBytes(password)) < 0);
        Assert.True(seen.AsSpan().IndexOf("OU=People"u8) < 0);
        Assert.True(seen.AsSpan().IndexOf("unicodePwd"u8) < 0);
    }

    [Fact]
    public async Task The_labs_certificates_are_judged_for_what_they_are()
    {
        await FailsAsync(South.Tls with { TrustedAuthorities = South.Authority("other-ca.pem") }, LdapFailure.UntrustedCertificate);
        await FailsAsync(South.Tls with { TrustedAuthorities = null }, LdapFailure.UntrustedCertificate);
        await FailsAsync(South.Tls with { Host = "dc2.south.example" }, LdapFailure.WrongHostName);
        await FailsAsync(South.Tls with { Host = Lab.SouthDc1.ToString() }, LdapFailure.WrongHostName);
        await FailsAsync(South.Tls with { Port = 389 }, LdapFailure.ClosedByPeer);
        await FailsAsync(South.Tls with { Port = 637 }, LdapFailure.ConnectionRefused);
    }

    private static async Task FailsAsync(LdapConnectionOptions options, LdapFailure expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<LdapConnectionException>(() => LdapConnection.ConnectAsync(options))).Failure);
}
