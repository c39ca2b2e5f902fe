using System.Text;

namespace Tagasi.Ldap.Names;

/// <summary>The forms in which two spellings of one name part become one string.</summary>
internal static class DnComparison
{
    // The numbers of the names that RFC 4514, 3 lists, plus the one that Active Directory shows for e-mail in certificates' names.
    private static readonly Dictionary<string, string> NameOfOid = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.6"] = "C",
        ["2.5.4.9"] = "STREET",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["0.9.2342.19200300.100.1.1"] = "UID",
    };

    public static string Attribute(string name)
    {
        var number = name.StartsWith("OID.", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        return NameOfOid.TryGetValue(number, out var known) ? known : number.ToUpperInvariant();
    }

    /// <summary>Upper case, composed, with runs of spaces as one and none at the ends (RFC 4518, 2.6.1, without its compatibility folding).</summary>
    public static string Value(string value)
    {
        var folded = new StringBuilder(value.Length);
        foreach (var c in Composed(value))
        {
            if (c != ' ' || (folded.Length > 0 && folded[^1] != ' '))
            {
                folded.Append(c);
            }
        }

        return folded.ToString().TrimEnd(' ').ToUpperInvariant();
    }

    // Lone surrogates have no composed form; such a name is compared as it is.
    private static string Composed(string value)
    {
        try
        {
            return value.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return value;
        }
    }
}
