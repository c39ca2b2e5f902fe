using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap;

/// <summary>One entry of a directory: its name and the attributes that were asked for, may be seen, and are set.</summary>
/// <remarks>
/// Attributes are found without regard to case. Every accessor gives null for an attribute that is not there, and throws
/// <see cref="LdapProtocolException"/> for a value that is not of the syntax it is read as.
/// </remarks>
[SuppressMessage("Naming", "CA1720", Justification = "The accessors are named for the type they give.")]
public sealed class LdapEntry
{
    private readonly Dictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>> _attributes;

    /// <summary>Makes an entry by hand, for tests of what reads entries.</summary>
    /// <exception cref="ArgumentException">An attribute comes twice.</exception>
    public LdapEntry(string dn, IEnumerable<KeyValuePair<string, IReadOnlyList<ReadOnlyMemory<byte>>>> attributes)
    {
        Dn = dn;
        _attributes = new(attributes, StringComparer.OrdinalIgnoreCase);
    }

    internal LdapEntry(string dn, Dictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>> attributes)
    {
        Dn = dn;
        _attributes = attributes;
    }

    /// <summary>The distinguished name, as the server writes it.</summary>
    public string Dn { get; }

    /// <summary>The names as the server writes them, with their options ("member;range=0-1499").</summary>
    public IReadOnlyCollection<string> AttributeNames => _attributes.Keys;

    /// <summary>All values, in the server's order; empty when the attribute is not there.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Values(string attribute) =>
        _attributes.TryGetValue(attribute, out var values) ? values : [];

    /// <summary>The one value, or null. Several values are a fault: whoever asks for one would get any.</summary>
    public ReadOnlyMemory<byte>? Bytes(string attribute) => Values(attribute) switch
    {
        // Without its type the null would become an empty value, by way of a null array.
        [] => (ReadOnlyMemory<byte>?)null,
        [var one] => one,
        var several => throw new LdapProtocolException($"{attribute} of {Dn} has {several.Count} values where one is read."),
    };

    /// <summary>The one value as text. NULs within stay: nothing here ends a string at one.</summary>
    public string? Text(string attribute) => Bytes(attribute) is { } value ? BerReader.DecodeString(value.Span) : null;

    /// <summary>All values as text; empty when the attribute is not there.</summary>
    public IReadOnlyList<string> Texts(string attribute) => [.. Values(attribute).Select(value => BerReader.DecodeString(value.Span))];

    /// <summary>The one value as a decimal number: Integer and LargeInteger of [MS-ADTS] 3.1.1.2.2.2.</summary>
    public long? Int64(string attribute) => Bytes(attribute) is not { } value ? null
        : Utf8Parser.TryParse(value.Span, out long number, out var used) && used == value.Length ? number
        : throw Malformed(attribute, "a number");

    /// <summary>The one value as TRUE or FALSE (RFC 4517, 3.3.3).</summary>
    public bool? Boolean(string attribute) => Text(attribute) switch
    {
        null => null,
        "TRUE" => true,
        "FALSE" => false,
        _ => throw Malformed(attribute, "a boolean"),
    };

    /// <summary>The one value as a GUID in the byte order in which Active Directory stores one ([MS-DTYP] 2.3.4.2).</summary>
    public Guid? Guid(string attribute) => Bytes(attribute) is not { } value ? null
        : value.Length == 16 ? new Guid(value.Span)
        : throw Malformed(attribute, "a GUID");

    /// <summary>
    /// The one value as a point in time, stored as 100-nanosecond steps since 1601 UTC (FILETIME). Null also for 0 and for the
    /// largest number, which both say "never" ([MS-ADA1] accountExpires); ask <see cref="Int64"/> where they differ.
    /// </summary>
    public DateTimeOffset? FileTime(string attribute)
    {
        var ticks = Int64(attribute);
        if (ticks is null or 0 or long.MaxValue)
        {
            return null;
        }

        // Before 1601, or past the year 9999, .NET has no date.
        return ticks > 0 && ticks <= DateTime.MaxValue.ToFileTimeUtc()
            ? DateTimeOffset.FromFileTime(ticks.Value).ToUniversalTime()
            : throw Malformed(attribute, "a FILETIME");
    }

    /// <inheritdoc/>
    public override string ToString() => Dn;

    private LdapProtocolException Malformed(string attribute, string what) => new($"{attribute} of {Dn} is not {what}.");
}
