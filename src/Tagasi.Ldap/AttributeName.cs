namespace Tagasi.Ldap;

/// <summary>The syntax of attribute descriptions (RFC 4512, 2.5): a name or dotted number, then options after semicolons.</summary>
internal static class AttributeName
{
    // Names are encoded with their length, so nothing can break out of one; the check catches slips, and text that came from a user.
    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!char.IsAsciiLetterOrDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';' or '='))
        {
            throw new ArgumentException($"'{name}' is not an attribute name.", nameof(name));
        }
    }
}
