using System.Text;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

public sealed class EntryTests
{
    [Fact]
    public void Values_are_read_by_their_syntax()
    {
        var id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var entry = Entry(("pwdLastSet", "133770000000000000"), ("deleted", "TRUE"), ("name", "with\0NUL"), ("number", "-9223372036854775808"), ("id", id.ToByteArray()));
        Assert.Equal(new DateTimeOffset(2024, 11, 25, 9, 20, 0, TimeSpan.Zero), entry.FileTime("PWDLASTSET"));
        Assert.True(entry.Boolean("deleted"));
        Assert.Equal("with\0NUL", entry.Text("name"));
        Assert.Equal(long.MinValue, entry.Int64("number"));
        Assert.Equal(id, entry.Guid("id"));
    }

    [Fact]
    public void What_is_not_there_is_null()
    {
        var entry = Entry();
        Assert.Null(entry.Text("x"));
        Assert.Null(entry.Bytes("x"));
        Assert.Null(entry.Int64("x"));
        Assert.Null(entry.Guid("x"));
        Assert.Null(entry.FileTime("x"));
        Assert.Null(entry.Boolean("x"));
        Assert.Empty(entry.Texts("x"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9223372036854775807")]
    public void A_time_of_never_is_null(string value) => Assert.Null(Entry(("accountExpires", value)).FileTime("accountExpires"));

    [Fact]
    public void A_value_of_another_syntax_is_a_protocol_failure_and_nothing_else()
    {
        var entry = Entry(("n", "12x"), ("g", "short"), ("t", "-5"), ("late", "9223372036854775806"), ("b", "maybe"), ("u", new byte[] { 0xFF }), ("huge", "99999999999999999999"));
        Assert.Throws<LdapProtocolException>(() => entry.Int64("n"));
        Assert.Throws<LdapProtocolException>(() => entry.Int64("huge"));
        Assert.Throws<LdapProtocolException>(() => entry.Guid("g"));
        Assert.Throws<LdapProtocolException>(() => entry.FileTime("t"));
        Assert.Throws<LdapProtocolException>(() => entry.FileTime("late"));
        Assert.Throws<LdapProtocolException>(() => entry.Boolean("b"));
        Assert.Throws<LdapProtocolException>(() => entry.Text("u"));
    }

    [Fact]
    public void Reading_one_of_several_values_is_a_failure() => Assert.Throws<LdapProtocolException>(
        () => new LdapEntry("CN=x", [new("mail", [new byte[] { 65 }, new byte[] { 66 }])]).Text("mail"));

    [Theory]
    [InlineData("0000052D: Constraint violation", 0x52D)]
    [InlineData("80090308: LdapErr: DSID-0C0903A9", unchecked((int)0x80090308))]
    [InlineData("error in module acl", null)]
    [InlineData("0000052D", null)]
    [InlineData("0000052G: no", null)]
    [InlineData("", null)]
    public void The_Win32_code_is_read_off_the_diagnostic(string diagnostic, int? expected) =>
        Assert.Equal(expected, new LdapResult(LdapResultCode.Other, "", diagnostic, [], []).Win32Code);

    private static LdapEntry Entry(params (string Name, object Value)[] attributes) => new("CN=x", attributes.Select(a =>
        new KeyValuePair<string, IReadOnlyList<ReadOnlyMemory<byte>>>(a.Name, [a.Value as byte[] ?? Encoding.UTF8.GetBytes((string)a.Value)])));
}
