using System.Globalization;
using System.Text;
using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap;

/// <summary>A search filter (RFC 4511, 4.5.1.7), built of parts and encoded as BER, so that no value can become syntax.</summary>
public abstract class LdapFilter
{
    private protected LdapFilter()
    {
    }

    /// <summary>Every part must hold.</summary>
    public static LdapFilter And(params IReadOnlyList<LdapFilter> parts) => new SetFilter(0, '&', parts);

    /// <summary>One part must hold.</summary>
    public static LdapFilter Or(params IReadOnlyList<LdapFilter> parts) => new SetFilter(1, '|', parts);

    /// <summary>The part must not hold.</summary>
    public static LdapFilter Not(LdapFilter part) => new NotFilter(part);

    /// <summary>The attribute has this value, by its own matching rule.</summary>
    public static LdapFilter Equal(string attribute, string value) => new ValueFilter(3, "=", attribute, Bytes(value));

    /// <inheritdoc cref="Equal(string, string)"/>
    public static LdapFilter Equal(string attribute, long value) => Equal(attribute, value.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Equal(string, string)"/>
    public static LdapFilter Equal(string attribute, ReadOnlyMemory<byte> value) => new ValueFilter(3, "=", attribute, value);

    /// <summary>The attribute is this GUID, in the byte order in which Active Directory stores one ([MS-DTYP] 2.3.4.2).</summary>
    public static LdapFilter Equal(string attribute, Guid value) => new ValueFilter(3, "=", attribute, value.ToByteArray());

    /// <summary>The attribute is at least this value.</summary>
    public static LdapFilter AtLeast(string attribute, string value) => new ValueFilter(5, ">=", attribute, Bytes(value));

    /// <inheritdoc cref="AtLeast(string, string)"/>
    public static LdapFilter AtLeast(string attribute, long value) => AtLeast(attribute, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The attribute is at most this value.</summary>
    public static LdapFilter AtMost(string attribute, string value) => new ValueFilter(6, "<=", attribute, Bytes(value));

    /// <inheritdoc cref="AtMost(string, string)"/>
    public static LdapFilter AtMost(string attribute, long value) => AtMost(attribute, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The attribute has a value, and it may be seen.</summary>
    public static LdapFilter Present(string attribute) => new PresentFilter(attribute);

    /// <summary>The attribute begins with, contains in this order, and ends with these strings; each may be absent, not all.</summary>
    public static LdapFilter Like(string attribute, string? start = null, IReadOnlyList<string>? middle = null, string? end = null) =>
        new SubstringFilter(attribute, start, middle ?? [], end);

    /// <summary>The attribute matches by the rule of this object identifier, such as Active Directory's bit tests ([MS-ADTS] 3.1.1.3.4.4).</summary>
    public static LdapFilter Matches(string attribute, string ruleOid, string value) => new RuleFilter(attribute, ruleOid, Bytes(value));

    /// <summary>All these bits are set in the attribute (LDAP_MATCHING_RULE_BIT_AND).</summary>
    public static LdapFilter HasBits(string attribute, int bits) =>
        Matches(attribute, "1.2.840.113556.1.4.803", bits.ToString(CultureInfo.InvariantCulture));

    /// <summary>The filter as RFC 4515 writes it, values escaped. For logs: nothing here reads it back.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    internal abstract void Encode(BerWriter writer);

    internal abstract void Append(StringBuilder text);

    private static byte[] Bytes(string value) => StrictUtf8.Encoding.GetBytes(value);
}
