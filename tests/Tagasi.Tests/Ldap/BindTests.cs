using System.Text;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

public sealed class BindTests
{
    private static readonly LdapCredential Credential = LdapCredential.Simple("svc@x.example", "secret"u8.ToArray());

    [Fact]
    public void An_empty_password_or_name_is_refused_before_anything_is_sent()
    {
        Assert.Throws<ArgumentException>(() => LdapCredential.Simple("svc@x.example", default));
        Assert.Throws<ArgumentException>(() => LdapCredential.Simple("", "secret"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => LdapCredential.Simple(" ", "secret"u8.ToArray()));
    }

    [Fact]
    public async Task A_bind_is_a_result_whether_it_was_refused_or_not_and_may_be_tried_again()
    {
        await using var server = ScriptedServer.Start(async end =>
        {
            var first = await end.NextAsync();
            Assert.Contains("svc@x.example", first.Text(), StringComparison.Ordinal);
            await end.SendAsync(Answers.Result(first.Id, Answers.BindResponse, 49, "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1\0"));
            await end.SendAsync(Answers.Result((await end.NextAsync()).Id, Answers.BindResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var refused = await connection.BindAsync(Credential);
        Assert.Equal((LdapResultCode.InvalidCredentials, unchecked((int)0x80090308)), (refused.Code, refused.Win32Code));
        Assert.EndsWith("v1db1", refused.Diagnostic, StringComparison.Ordinal);
        Assert.True((await connection.BindAsync(Credential)).IsSuccess);
    }

    [Fact]
    public async Task A_bind_is_done_alone()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(async end =>
        {
            var bind = await end.NextAsync();
            asked.SetResult();
            await go.Task;
            await end.SendAsync(Answers.Result(bind.Id, Answers.BindResponse));
            await end.StallAsync();
        });
        await using var connection = await server.ConnectAsync();

        var binding = connection.BindAsync(Credential);
        await asked.Task;
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BindAsync(Credential));
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ReadAsync("", []));
        go.SetResult();
        Assert.True((await binding).IsSuccess);

        var reading = connection.ReadAsync("", []);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BindAsync(Credential));
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<LdapConnectionException>(() => reading);
    }

    [Fact]
    public async Task Kerberos_does_not_go_within_TLS()
    {
        await using var server = ScriptedServer.Start(end => end.StallAsync());
        await using var connection = await server.ConnectAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BindAsync(LdapCredential.Kerberos()));
    }

    [Fact]
    public void Nothing_that_may_hold_a_password_says_it()
    {
        Assert.DoesNotContain("secret", Credential.ToString()!, StringComparison.Ordinal);
        var text = LdapModification.Replace("unicodePwd", Encoding.UTF8.GetBytes("secret")).ToString();
        Assert.Equal("replace unicodePwd (1 values)", text);
    }
}
