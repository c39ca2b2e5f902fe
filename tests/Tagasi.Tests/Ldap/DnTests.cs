using CsCheck;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

public sealed class DnTests
{
    [Theory] // The examples of RFC 4514, 4.
    [InlineData("UID=jsmith,DC=example,DC=net", "UID=jsmith|DC=example|DC=net")]
    [InlineData("OU=Sales+CN=J.  Smith,DC=example,DC=net", "OU=Sales+CN=J.  Smith|DC=example|DC=net")]
    [InlineData("CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net", "CN=James \"Jim\" Smith, III|DC=example|DC=net")]
    [InlineData("CN=Before\\0dAfter,DC=example,DC=net", "CN=Before\rAfter|DC=example|DC=net")]
    [InlineData("1.3.6.1.4.1.1466.0=#04024869", "1.3.6.1.4.1.1466.0=Hi")]
    [InlineData("CN=Lu\\C4\\8Di\\C4\\87", "CN=Lučić")]
    // And of Active Directory: a deleted object, spaces round separators, an equals sign within a value.
    [InlineData("CN=x\\0ADEL:fee69a84,CN=Deleted Objects,DC=x", "CN=x\nDEL:fee69a84|CN=Deleted Objects|DC=x")]
    [InlineData("OU = Staff , DC = x", "OU=Staff|DC=x")]
    [InlineData("CN=a=b,DC=x", "CN=a=b|DC=x")]
    [InlineData("CN=\\#hash\\+plus\\ ,DC=x", "CN=#hash+plus |DC=x")]
    [InlineData("", "")]
    public void A_name_is_taken_apart(string text, string expected) => Assert.Equal(
        expected,
        string.Join('|', LdapDn.Parse(text).Parts.Select(part => string.Join('+', part.Pairs.Select(p => $"{p.Attribute}={p.Value}")))));

    [Theory]
    [InlineData("OU=Staff,")]
    [InlineData(",OU=Staff")]
    [InlineData("OU=")]
    [InlineData("OU= ,DC=x")]
    [InlineData("=Staff")]
    [InlineData("Staff")]
    [InlineData("OU=Staff;DC=x")]
    [InlineData("OU=\"Staff\"")]
    [InlineData("OU=Sta<ff")]
    [InlineData("OU=Staff\\")]
    [InlineData("OU=Staff\\x")]
    [InlineData("OU=Staff\\C4")]
    [InlineData("OU=#0")]
    [InlineData("OU=#zz")]
    [InlineData("OU=Sta\0ff")]
    [InlineData("OU+CN=x")]
    [InlineData("<GUID=fee69a84-ba5d-423a-980c-20528aa4c6ca>")]
    [InlineData(" ")]
    public void What_is_no_name_is_refused(string text)
    {
        Assert.False(LdapDn.TryParse(text, out _));
        Assert.Throws<FormatException>(() => LdapDn.Parse(text));
    }

    [Theory]
    [InlineData("OU=Staff,DC=x", "ou=staff,dc=X")]
    [InlineData("OU=Staff,DC=x", "2.5.4.11=Staff,0.9.2342.19200300.100.1.25=x")]
    [InlineData("OU=Staff,DC=x", "OU=\\53taff,DC=x")]
    [InlineData("OU=Staff,DC=x", "OU=#0C055374616666,DC=x")]
    [InlineData("OU=A  B,DC=x", "OU= A B ,DC=x")]
    [InlineData("OU=Õ,DC=x", "OU=o\u0303,DC=x")]
    [InlineData("OU=A+CN=B,DC=x", "cn=b+ou=a,DC=x")]
    public void Two_spellings_of_one_name_are_equal(string one, string other)
    {
        Assert.Equal(LdapDn.Parse(one), LdapDn.Parse(other));
        Assert.Equal(LdapDn.Parse(one).GetHashCode(), LdapDn.Parse(other).GetHashCode());
        Assert.True(LdapDn.Parse("CN=Anna," + other).IsUnder(LdapDn.Parse(one)));
    }

    [Theory]
    [InlineData("CN=Anna\\,OU=Staff,DC=x", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,OU=NotStaff,DC=x", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,CN=Staff,DC=x", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,OU=Staff,DC=x,DC=y", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,OU=Staff\\,DC\\=x", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,OU=Staff+CN=y,DC=x", "OU=Staff,DC=x")]
    [InlineData("CN=Anna,OU=Staf\\C5\\BF,DC=x", "OU=Staff,DC=x")]
    [InlineData("DC=x", "OU=Staff,DC=x")]
    [InlineData("CN=a=1:B\\;OU=1:C,DC=x", "CN=a+OU=C,DC=x")]
    public void A_name_that_only_looks_as_if_it_lay_below_does_not(string name, string ancestor) =>
        Assert.False(LdapDn.Parse(name).IsAtOrUnder(LdapDn.Parse(ancestor)));

    [Fact]
    public void A_name_lies_at_itself_but_not_under_itself()
    {
        var staff = LdapDn.Parse("OU=Staff,DC=x");
        Assert.True(staff.IsAtOrUnder(staff));
        Assert.False(staff.IsUnder(staff));
        Assert.True(staff.IsUnder(LdapDn.Root));
        Assert.Equal(staff, LdapDn.Parse("CN=Anna,OU=Staff,DC=x").Parent);
        Assert.Null(LdapDn.Root.Parent);
    }

    [Fact]
    public void Whatever_the_value_a_name_made_of_it_reads_back_and_lies_where_it_was_put() =>
        Gen.Select(Gen.String[1, 40], Gen.String[1, 40]).Where((a, b) => EncodingTests.IsText(a) && EncodingTests.IsText(b)).Sample((a, b) =>
        {
            var ou = LdapDn.Parse("DC=x").Child("OU", a);
            var user = ou.Child("CN", b);
            var read = LdapDn.Parse(user.ToString());
            return read.Equals(user) && read.IsUnder(ou) && read.Parts.Count == 3
                && read.Parts[0].Pairs[0].Value == b && read.Parts[1].Pairs[0].Value == a;
        });

    [Fact]
    public void Whatever_the_text_reading_it_gives_a_name_or_none_and_never_throws() =>
        Gen.Char["ou=CN,+#\\\"<>; a1\0Õ\uD800"].Array[0, 30].Sample(chars =>
        {
            var text = new string(chars);
            return !LdapDn.TryParse(text, out var dn) || LdapDn.Parse(dn.ToString()).Equals(dn);
        });

    [Theory]
    [InlineData("a,b", "a\\,b")]
    [InlineData(" a ", "\\ a\\ ")]
    [InlineData("#a#", "\\#a#")]
    [InlineData("a\0b", "a\\00b")]
    [InlineData("\"+;<>=\\", "\\\"\\+\\;\\<\\>\\=\\\\")]
    public void Values_are_escaped_as_RFC_4514_says(string value, string expected) => Assert.Equal(expected, LdapDn.Escape(value));
}
