using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Names;

/// <summary>Reads the string form of RFC 4514, 3. What is not it gives null, never half a name.</summary>
internal sealed class DnParser(string text)
{
    private int _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    private bool IsAtEnd => _at >= text.Length;

    public IReadOnlyList<LdapRdn>? Parse()
    {
        var parts = new List<LdapRdn>();
        if (string.IsNullOrWhiteSpace(text))
        {
            return text.Length == 0 ? parts : null;
        }

        do
        {
            if (ParsePart() is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }
        while (Skip(','));
        return IsAtEnd ? parts : null;
    }

    private LdapRdn? ParsePart()
    {
        var pairs = new List<(string, string)>(1);
        do
        {
            if (ParseAttribute() is not { } attribute || !Skip('=') || ParseValue() is not { } value)
            {
                return null;
            }

            pairs.Add((attribute, value));
        }
        while (Skip('+'));
        return new LdapRdn(pairs);
    }

    private string? ParseAttribute()
    {
        SkipSpaces();
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '.')
        {
            _at++;
        }

        var name = text[start.._at];
        SkipSpaces();
        return name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) ? name : null;
    }

    private string? ParseValue()
    {
        SkipSpaces();
        return Current == '#' ? ParseHexValue() : ParseStringValue();
    }

    /// <summary>Characters, escaped characters and escaped UTF-8 octets; unescaped spaces at the end do not count.</summary>
    private string? ParseStringValue()
    {
        var octets = new List<byte>();
        var kept = 0;
        while (!IsAtEnd && Current is not (',' or '+'))
        {
            if (Current is '"' or ';' or '<' or '>' or '\0')
            {
                return null;
            }

            var isSpace = Current == ' ';
            if (!(Current == '\\' ? TakeEscaped(octets) : TakeCharacter(octets)))
            {
                return null;
            }

            kept = isSpace ? kept : octets.Count;
        }

        // Active Directory has no empty name part, and a scope that ends in one would be a slip.
        return kept == 0 ? null : Decode([.. octets[..kept]]);
    }

    private bool TakeCharacter(List<byte> octets)
    {
        if (!Rune.TryGetRuneAt(text, _at, out var rune))
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[4];
        octets.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
        _at += rune.Utf16SequenceLength;
        return true;
    }

    private bool TakeEscaped(List<byte> octets)
    {
        _at++;
        if (Current is ' ' or '"' or '#' or '+' or ',' or ';' or '<' or '=' or '>' or '\\')
        {
            octets.Add((byte)Current);
            _at++;
            return true;
        }

        return TakeHexPair(octets);
    }

    private bool TakeHexPair(List<byte> octets)
    {
        if (_at + 2 > text.Length || !byte.TryParse(text.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
        {
            return false;
        }

        octets.Add(octet);
        _at += 2;
        return true;
    }

    /// <summary>"#" and the BER of the value. A string inside is the value; anything else is kept as it is written.</summary>
    private string? ParseHexValue()
    {
        var start = _at++;
        var octets = new List<byte>();
        while (char.IsAsciiHexDigit(Current) && TakeHexPair(octets))
        {
        }

        var written = text[start.._at];
        SkipSpaces();
        return octets.Count == 0 || !(IsAtEnd || Current is ',' or '+') ? null : BerString([.. octets]) ?? written;
    }

    private static string? BerString(byte[] value)
    {
        if (!AsnDecoder.TryReadEncodedValue(value, AsnEncodingRules.DER, out var tag, out var at, out var length, out var used) || used != value.Length)
        {
            return null;
        }

        return tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String
            or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.OctetString
            ? Decode(value.AsSpan(at, length))
            : null;
    }

    private static string? Decode(ReadOnlySpan<byte> octets)
    {
        try
        {
            return StrictUtf8.Encoding.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private bool Skip(char separator)
    {
        if (IsAtEnd || Current != separator)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (Current == ' ')
        {
            _at++;
        }
    }
}
