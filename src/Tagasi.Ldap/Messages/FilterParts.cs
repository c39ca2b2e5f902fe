using System.Text;

namespace Tagasi.Ldap.Messages;

// The parts of a filter, with the context tags of RFC 4511, 4.5.1.

internal sealed class SetFilter(int tag, char sign, IReadOnlyList<LdapFilter> parts) : LdapFilter
{
    // RFC 4526 gives (&) and (|) a meaning, which Active Directory shares; an empty list here is far likelier a slip that finds everyone.
    private readonly IReadOnlyList<LdapFilter> _parts =
        parts.Count > 0 ? parts : throw new ArgumentException("A filter of several parts needs a part.", nameof(parts));

    internal override void Encode(BerWriter writer)
    {
        using var set = writer.Begin(Tag.ConstructedContext(tag));
        foreach (var part in _parts)
        {
            part.Encode(writer);
        }
    }

    internal override void Append(StringBuilder text)
    {
        text.Append('(').Append(sign);
        foreach (var part in _parts)
        {
            part.Append(text);
        }

        text.Append(')');
    }
}

internal sealed class NotFilter(LdapFilter part) : LdapFilter
{
    internal override void Encode(BerWriter writer)
    {
        using var not = writer.Begin(Tag.ConstructedContext(2));
        part.Encode(writer);
    }

    internal override void Append(StringBuilder text)
    {
        text.Append("(!");
        part.Append(text);
        text.Append(')');
    }
}

internal sealed class PresentFilter : LdapFilter
{
    private readonly string _attribute;

    public PresentFilter(string attribute)
    {
        AttributeName.Check(attribute);
        _attribute = attribute;
    }

    internal override void Encode(BerWriter writer) => writer.WriteString(_attribute, Tag.Context(7));

    internal override void Append(StringBuilder text) => text.Append('(').Append(_attribute).Append("=*)");
}

internal sealed class ValueFilter : LdapFilter
{
    private readonly int _tag;
    private readonly string _sign;
    private readonly string _attribute;
    private readonly ReadOnlyMemory<byte> _value;

    public ValueFilter(int tag, string sign, string attribute, ReadOnlyMemory<byte> value)
    {
        AttributeName.Check(attribute);
        (_tag, _sign, _attribute, _value) = (tag, sign, attribute, value);
    }

    internal override void Encode(BerWriter writer)
    {
        using var assertion = writer.Begin(Tag.ConstructedContext(_tag));
        writer.WriteString(_attribute);
        writer.WriteBytes(_value.Span);
    }

    internal override void Append(StringBuilder text)
    {
        text.Append('(').Append(_attribute).Append(_sign);
        FilterText.Append(text, _value.Span);
        text.Append(')');
    }
}

internal sealed class RuleFilter : LdapFilter
{
    private readonly string _attribute;
    private readonly string _rule;
    private readonly ReadOnlyMemory<byte> _value;

    public RuleFilter(string attribute, string rule, ReadOnlyMemory<byte> value)
    {
        AttributeName.Check(attribute);
        AttributeName.Check(rule);
        (_attribute, _rule, _value) = (attribute, rule, value);
    }

    internal override void Encode(BerWriter writer)
    {
        using var assertion = writer.Begin(Tag.ConstructedContext(9));
        writer.WriteString(_rule, Tag.Context(1));
        writer.WriteString(_attribute, Tag.Context(2));
        writer.WriteBytes(_value.Span, Tag.Context(3));
    }

    internal override void Append(StringBuilder text)
    {
        text.Append('(').Append(_attribute).Append(':').Append(_rule).Append(":=");
        FilterText.Append(text, _value.Span);
        text.Append(')');
    }
}

internal sealed class SubstringFilter : LdapFilter
{
    private readonly string _attribute;
    private readonly (int Tag, byte[] Text)[] _pieces;

    public SubstringFilter(string attribute, string? start, IReadOnlyList<string> middle, string? end)
    {
        AttributeName.Check(attribute);
        _attribute = attribute;
        _pieces = [.. Piece(0, start), .. middle.SelectMany(m => Piece(1, m)), .. Piece(2, end)];
        if (_pieces.Length == 0)
        {
            throw new ArgumentException("A search for a piece of a value needs the piece.", nameof(middle));
        }
    }

    internal override void Encode(BerWriter writer)
    {
        using var filter = writer.Begin(Tag.ConstructedContext(4));
        writer.WriteString(_attribute);
        using var pieces = writer.Begin(Tag.Sequence);
        foreach (var (tag, text) in _pieces)
        {
            writer.WriteBytes(text, Tag.Context(tag));
        }
    }

    internal override void Append(StringBuilder text)
    {
        text.Append('(').Append(_attribute).Append('=');
        foreach (var (tag, piece) in _pieces)
        {
            text.Append(tag == 0 ? "" : "*");
            FilterText.Append(text, piece);
        }

        text.Append(_pieces[^1].Tag == 2 ? ")" : "*)");
    }

    private static IEnumerable<(int Tag, byte[] Text)> Piece(int tag, string? text) =>
        string.IsNullOrEmpty(text) ? [] : [(tag, StrictUtf8.Encoding.GetBytes(text))];
}
