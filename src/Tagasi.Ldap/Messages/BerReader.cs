using System.Text;

namespace Tagasi.Ldap.Messages;

/// <summary>Reads the elements of one constructed value, one after the other. Never descends by itself, so nesting costs nothing.</summary>
internal struct BerReader(ReadOnlyMemory<byte> content)
{
    private ReadOnlyMemory<byte> _rest = content;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly bool IsNext(byte tag) => !_rest.IsEmpty && _rest.Span[0] == tag;

    /// <summary>The content of the next element, whatever it is.</summary>
    public ReadOnlyMemory<byte> ReadAny(out byte tag)
    {
        if (!BerHeader.TryRead(_rest.Span, _rest.Length, out var header))
        {
            throw new LdapProtocolException("An element ends before its length.");
        }

        tag = header.Tag;
        var value = _rest.Slice(header.HeaderBytes, header.ContentBytes);
        _rest = _rest[header.TotalBytes..];
        return value;
    }

    /// <summary>The content of the next element, which must have this tag.</summary>
    public ReadOnlyMemory<byte> Read(byte expected)
    {
        var value = ReadAny(out var tag);
        return tag == expected ? value : throw new LdapProtocolException($"Tag {tag:X2} where {expected:X2} belongs.");
    }

    public BerReader ReadNested(byte expected) => new(Read(expected));

    public int ReadInteger(byte expected = Tag.Integer)
    {
        var value = Read(expected).Span;
        // maxInt is 2^31 - 1 (RFC 4511, 4.1.1): four octets hold every integer of LDAP.
        if (value.Length is 0 or > 4)
        {
            throw new LdapProtocolException($"An integer of {value.Length} octets.");
        }

        var result = (int)(sbyte)value[0];
        foreach (var b in value[1..])
        {
            result = (result << 8) | b;
        }

        return result;
    }

    public bool ReadBoolean()
    {
        var value = Read(Tag.Boolean).Span;
        return value.Length == 1 ? value[0] != 0 : throw new LdapProtocolException($"A boolean of {value.Length} octets.");
    }

    /// <summary>A string of UTF-8 (LDAPString, LDAPDN, LDAPOID, URI).</summary>
    public string ReadString(byte expected = Tag.OctetString) => DecodeString(Read(expected).Span);

    public static string DecodeString(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new LdapProtocolException("A string that is not UTF-8.", e);
        }
    }
}
