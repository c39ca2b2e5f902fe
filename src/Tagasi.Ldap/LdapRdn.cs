using Tagasi.Ldap.Names;

namespace Tagasi.Ldap;

/// <summary>One part of a distinguished name: usually one attribute and its value, rarely several ("OU=Sales+CN=J. Smith").</summary>
public sealed class LdapRdn
{
    internal LdapRdn(IReadOnlyList<(string Attribute, string Value)> pairs)
    {
        Pairs = pairs;
        // Lengths go in front so that no value can end a pair: the key is compared, and must not be forgeable.
        Key = string.Concat(pairs.Select(pair => (Attribute: DnComparison.Attribute(pair.Attribute), Value: DnComparison.Value(pair.Value)))
            .Select(pair => $"{pair.Attribute}={pair.Value.Length}:{pair.Value};")
            .Order(StringComparer.Ordinal));
    }

    /// <summary>The attributes and values, unescaped. A value that was written as "#hex" and is no string stays so written.</summary>
    public IReadOnlyList<(string Attribute, string Value)> Pairs { get; }

    internal string Key { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join('+', Pairs.Select(pair => $"{pair.Attribute}={LdapDn.Escape(pair.Value)}"));

    internal static LdapRdn Of(string attribute, string value)
    {
        AttributeName.Check(attribute);
        ArgumentException.ThrowIfNullOrEmpty(value);
        return new LdapRdn([(attribute, value)]);
    }
}
