using System.Globalization;
using System.Text;

namespace Tagasi.Ldap.Messages;

/// <summary>Assertion values as RFC 4515, 3 writes them.</summary>
internal static class FilterText
{
    /// <summary>Printable ASCII stays, but for <c>* ( ) \</c>; every other byte becomes a backslash and two hex digits.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (b is > 0x1F and < 0x7F and not ((byte)'*' or (byte)'(' or (byte)')' or (byte)'\\'))
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{b:x2}");
            }
        }
    }
}
