namespace Tagasi.Ldap;

/// <summary>One change of one attribute within a modify request (RFC 4511, 4.6).</summary>
/// <remarks>
/// The values are not copied: they stay the caller's, who wipes them if they are secret. What this library makes of them on
/// the way out (the encoded message, the plaintext under a seal) lies in pinned buffers that are wiped after every request.
/// </remarks>
public sealed class LdapModification
{
    private LdapModification(int operation, string attribute, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        AttributeName.Check(attribute);
        Operation = operation;
        Attribute = attribute;
        Values = values;
    }

    /// <summary>The attribute to change.</summary>
    public string Attribute { get; }

    /// <summary>The values to add, delete or set.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Values { get; }

    /// <summary>The number of the operation in RFC 4511: add 0, delete 1, replace 2.</summary>
    internal int Operation { get; }

    /// <summary>Adds values, which must not be there yet.</summary>
    public static LdapModification Add(string attribute, params IReadOnlyList<ReadOnlyMemory<byte>> values) =>
        values.Count > 0 ? new(0, attribute, values) : throw new ArgumentException("Adding needs a value.", nameof(values));

    /// <summary>Deletes these values, which must be there; without values, the whole attribute.</summary>
    public static LdapModification Delete(string attribute, params IReadOnlyList<ReadOnlyMemory<byte>> values) => new(1, attribute, values);

    /// <summary>Puts these values in place of all there are; without values, deletes the attribute if it is there.</summary>
    public static LdapModification Replace(string attribute, params IReadOnlyList<ReadOnlyMemory<byte>> values) => new(2, attribute, values);

    /// <summary>The attribute and the count of its values; never a value, which may be a password.</summary>
    public override string ToString() =>
        $"{(Operation switch { 0 => "add", 1 => "delete", _ => "replace" })} {Attribute} ({Values.Count} values)";
}
