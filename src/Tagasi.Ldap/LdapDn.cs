using System.Diagnostics.CodeAnalysis;
using System.Text;
using Tagasi.Ldap.Names;

namespace Tagasi.Ldap;

/// <summary>A distinguished name, parsed (RFC 4514), so that names are compared part by part and never as text.</summary>
/// <remarks>
/// <para>Compared without regard to case and to runs of spaces, attribute types by name or number ("OU" is "2.5.4.11"), the values of a
/// multi-valued part in any order.</para>
/// <para>Active Directory folds more (accents, width): two names that it takes for one may differ here, never the other way round. That is
/// the safe side for "only below this"; for "anything but below this", read both names from the directory first.</para>
/// </remarks>
public sealed class LdapDn : IEquatable<LdapDn>
{
    private readonly string[] _keys;

    private LdapDn(IReadOnlyList<LdapRdn> parts)
    {
        Parts = parts;
        _keys = [.. parts.Select(part => part.Key)];
    }

    /// <summary>The root: no parts.</summary>
    public static LdapDn Root { get; } = new([]);

    /// <summary>The parts from the entry upwards, as they are written.</summary>
    public IReadOnlyList<LdapRdn> Parts { get; }

    /// <summary>The name one level up, or null for the root.</summary>
    public LdapDn? Parent => Parts.Count == 0 ? null : new LdapDn([.. Parts.Skip(1)]);

    /// <summary>Reads a name. Spaces around separators are passed over, as Active Directory does.</summary>
    /// <exception cref="FormatException">It is not a distinguished name; "&lt;GUID=...&gt;" is not one either.</exception>
    public static LdapDn Parse(string text) =>
        TryParse(text, out var dn) ? dn : throw new FormatException($"'{text}' is not a distinguished name.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out LdapDn? dn)
    {
        dn = text is not null && new DnParser(text).Parse() is { } parts ? new LdapDn(parts) : null;
        return dn is not null;
    }

    /// <summary>Writes a value so that it can stand in a name (RFC 4514, 2.4).</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            var isEdgeSpace = c == ' ' && (i == 0 || i == value.Length - 1);
            _ = c switch
            {
                < ' ' or '\x7F' => text.Append('\\').Append(((int)c).ToString("x2", null)),
                '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' => text.Append('\\').Append(c),
                _ when isEdgeSpace || (c == '#' && i == 0) => text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    /// <summary>The name by which Active Directory finds an object wherever it has moved ([MS-ADTS] 3.1.1.3.1.2.4). Not a parsable name.</summary>
    public static string ForGuid(Guid objectGuid) => $"<GUID={objectGuid:D}>";

    /// <summary>The name of a domain's head: corp.example.com is DC=corp,DC=example,DC=com.</summary>
    public static LdapDn OfDomain(string dnsName) => dnsName.Split('.').Reverse().Aggregate(Root, (parent, label) => parent.Child("DC", label));

    /// <summary>The name of an entry right below this one.</summary>
    public LdapDn Child(string attribute, string value) => new([LdapRdn.Of(attribute, value), .. Parts]);

    /// <summary>True for a name below the ancestor, at any depth, and for the ancestor itself.</summary>
    public bool IsAtOrUnder(LdapDn ancestor) =>
        _keys.Length >= ancestor._keys.Length && _keys.AsSpan(_keys.Length - ancestor._keys.Length).SequenceEqual(ancestor._keys);

    /// <summary>True for a name below the ancestor, at any depth, but not for the ancestor itself.</summary>
    public bool IsUnder(LdapDn ancestor) => _keys.Length > ancestor._keys.Length && IsAtOrUnder(ancestor);

    /// <inheritdoc/>
    public bool Equals(LdapDn? other) => other is not null && _keys.AsSpan().SequenceEqual(other._keys);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LdapDn);

    /// <inheritdoc/>
    public override int GetHashCode() => string.Join(',', _keys).GetHashCode(StringComparison.Ordinal);

    /// <summary>The name as RFC 4514 writes it.</summary>
    public override string ToString() => string.Join(',', Parts);
}
