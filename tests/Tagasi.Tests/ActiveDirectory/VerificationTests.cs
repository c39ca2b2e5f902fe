using System.Formats.Asn1;
using System.Net;
using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Asking whether a password is somebody's.</summary>
public sealed class VerificationTests : ScriptedDomain
{
    private const string Fine = "Ünïcödé-Pässwörd-1€";

    [Fact]
    public async Task A_right_password_is_right_by_one_bind_as_the_person()
    {
        Assert.Equal(new PasswordVerification.Right(false, false), await VerifyAsync());
        var fields = Assert.Single(Dc.SignIns).Fields();
        fields.ReadInteger();
        Assert.Equal("CN=Anna Arendt,OU=Staff,DC=scripted,DC=test", Encoding.UTF8.GetString(fields.ReadOctetString()));
        Assert.Equal(Fine, Encoding.UTF8.GetString(fields.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0))));
    }

    public static TheoryData<string, PasswordVerification> Answered { get; } = new()
    {
        { "52e", new PasswordVerification.Wrong() },
        { "530", new PasswordVerification.NotPermittedNow() },
        { "531", new PasswordVerification.NotPermittedNow() },
        { "532", new PasswordVerification.Right(false, true) },
        { "533", new PasswordVerification.Disabled() },
        { "701", new PasswordVerification.AccountExpired() },
        { "773", new PasswordVerification.Right(true, false) },
        { "775", new PasswordVerification.LockedOut() },
    };

    [Theory]
    [MemberData(nameof(Answered), DisableDiscoveryEnumeration = true)]
    public async Task Every_code_has_its_meaning(string data, PasswordVerification expected)
    {
        Dc.OnSignIn = Answer(49, $"80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {data}, v1db1");
        Assert.Equal(expected, await VerifyAsync());
        Assert.Single(Dc.SignIns);
    }

    [Theory]
    [InlineData(49, "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 525, v1db1", FailureCause.Refused)]
    [InlineData(49, "", FailureCause.Refused)]
    [InlineData(49, "52e", FailureCause.Refused)]
    [InlineData(51, "0000200E: SvcErr: DSID-03100245, problem 5001 (BUSY), data 0", FailureCause.Busy)]
    [InlineData(52, "", FailureCause.Busy)]
    [InlineData(8, "00002028: LdapErr: DSID-0C09023E", FailureCause.Refused)]
    [InlineData(10, "0000202B: RefErr", FailureCause.Referral)]
    public async Task Any_other_answer_says_nothing_of_the_password(int code, string diagnostic, FailureCause cause)
    {
        Dc.OnSignIn = Answer(code, diagnostic);
        Assert.Equal(cause, Assert.IsType<PasswordVerification.Unavailable>(await VerifyAsync()).Failure.Cause);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_wrong_password_and_nothing_is_sent_again()
    {
        Dc.OnSignIn = (end, _) => end.DisposeAsync().AsTask();
        Assert.Equal(FailureCause.Unreachable, Assert.IsType<PasswordVerification.Unavailable>(await VerifyAsync()).Failure.Cause);
        Assert.Single(Dc.SignIns);
    }

    [Fact]
    public async Task A_silence_is_no_wrong_password()
    {
        Dc.OnSignIn = (end, _) =>
        {
            Time.Advance(Enough);
            return end.StallAsync();
        };
        Assert.Equal(FailureCause.TimedOut, Assert.IsType<PasswordVerification.Unavailable>(await VerifyAsync()).Failure.Cause);
    }

    [Fact]
    public async Task An_outage_is_no_wrong_password()
    {
        var anna = await AnnaAsync();
        await using var elsewhere = new ActiveDirectoryDomain(
            Dc.OptionsWith() with { HostAddresses = new Dictionary<string, IPEndPoint> { [Dc.Host] = new(IPAddress.Loopback, 1) } }, Time);
        var verification = await elsewhere.VerifyPasswordAsync(anna, Utf16(Fine), Enough, Ct);
        Assert.Equal(FailureCause.Unreachable, Assert.IsType<PasswordVerification.Unavailable>(verification).Failure.Cause);
    }

    // The account was read a moment ago, over a connection to the true one that still stands.
    [Fact]
    public async Task A_server_with_the_certificate_of_a_stranger_is_shown_no_password()
    {
        var anna = await AnnaAsync();
        var before = Dc.Connections;
        Dc.Certificate = TestCertificates.OfStranger;

        var verification = Assert.IsType<PasswordVerification.Unavailable>(await Domain.VerifyPasswordAsync(anna, Utf16(Fine), Enough, Ct));
        Assert.Equal((FailureCause.Tls, false), (verification.Failure.Cause, verification.MayHaveCounted));
        Assert.Equal((before + 1, 0), (Dc.Connections, Dc.SignIns.Count));
    }

    [Fact]
    public async Task An_account_that_is_gone_is_no_wrong_password()
    {
        var gone = await AnnaAsync() with { ObjectGuid = Guid.NewGuid() };
        Assert.IsType<PasswordVerification.Unavailable>(await Domain.VerifyPasswordAsync(gone, Utf16(Fine), Enough, Ct));
        Assert.Empty(Dc.SignIns);
    }

    [Fact]
    public async Task An_empty_password_is_wrong_and_not_sent() => await NotSentAsync([]);

    [Fact]
    public async Task A_password_too_long_for_any_account_is_wrong_and_not_sent() => await NotSentAsync(Utf16(new string('a', 257)));

    [Fact]
    public async Task Half_a_character_is_wrong_and_not_sent() => await NotSentAsync([0x3d, 0xd8]);

    private async Task NotSentAsync(byte[] utf16)
    {
        Assert.IsType<PasswordVerification.Wrong>(await Domain.VerifyPasswordAsync(await AnnaAsync(), utf16, Enough, Ct));
        Assert.Empty(Dc.SignIns);
    }

    private async Task<PasswordVerification> VerifyAsync() => await Domain.VerifyPasswordAsync(await AnnaAsync(), Utf16(Fine), Enough, Ct);

    private static Func<ServerEnd, Request, Task> Answer(int code, string diagnostic) =>
        (end, request) => end.SendAsync(Answers.Result(request.Id, Answers.BindResponse, code, diagnostic));
}
