using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using CsCheck;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

public sealed class FilterTests
{
    [Theory]
    [InlineData("plain", "(cn=plain)")]
    [InlineData("*", "(cn=\\2a)")]
    [InlineData("a)(objectClass=*", "(cn=a\\29\\28objectClass=\\2a)")]
    [InlineData("back\\slash", "(cn=back\\5cslash)")]
    [InlineData("nul\0", "(cn=nul\\00)")]
    [InlineData("Õie", "(cn=\\c3\\95ie)")]
    public void Values_are_escaped_as_RFC_4515_says(string value, string expected) => Assert.Equal(expected, LdapFilter.Equal("cn", value).ToString());

    [Fact]
    public void Filters_read_as_RFC_4515_writes_them()
    {
        var filter = LdapFilter.And(
            LdapFilter.Or(LdapFilter.Present("mail"), LdapFilter.Not(LdapFilter.Like("cn", "a", ["b", "c"], "d"))),
            LdapFilter.HasBits("userAccountControl", 2),
            LdapFilter.AtLeast("uSNChanged", 7),
            LdapFilter.AtMost("uSNChanged", 9),
            LdapFilter.Like("cn", middle: ["x"]),
            LdapFilter.Equal("objectGUID", new Guid("00112233-4455-6677-8899-aabbccddeeff")));
        Assert.Equal(
            "(&(|(mail=*)(!(cn=a*b*c*d)))(userAccountControl:1.2.840.113556.1.4.803:=2)(uSNChanged>=7)(uSNChanged<=9)(cn=*x*)"
            + "(objectGUID=3\"\\11\\00UDwf\\88\\99\\aa\\bb\\cc\\dd\\ee\\ff))",
            filter.ToString());
    }

    [Fact]
    public void Whatever_the_value_the_filter_stays_one_assertion_of_that_value() =>
        Gen.String[0, 100].Where(EncodingTests.IsText).Sample(value =>
        {
            var reader = new AsnReader(EncodingTests.Bytes(LdapFilter.Equal("cn", value).Encode), AsnEncodingRules.BER);
            var assertion = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
            reader.ThrowIfNotEmpty();
            var attribute = Encoding.UTF8.GetString(assertion.ReadOctetString());
            var read = Encoding.UTF8.GetString(assertion.ReadOctetString());
            assertion.ThrowIfNotEmpty();
            return attribute == "cn" && read == value && Unescape(LdapFilter.Equal("cn", value).ToString()["(cn=".Length..^1]) == value;
        });

    [Fact]
    public void A_filter_of_no_parts_is_refused_rather_than_find_everyone()
    {
        Assert.Throws<ArgumentException>(() => LdapFilter.And());
        Assert.Throws<ArgumentException>(() => LdapFilter.Or());
        Assert.Throws<ArgumentException>(() => LdapFilter.Like("cn"));
    }

    private static string Unescape(string text)
    {
        Assert.DoesNotContain(text, c => c is '(' or ')' or '*' or > '\x7E' or < ' ');
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            bytes.Add(text[i] == '\\' ? byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : (byte)text[i]);
            i += text[i] == '\\' ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
