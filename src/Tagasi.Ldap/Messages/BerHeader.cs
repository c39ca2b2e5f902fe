using System.Runtime.InteropServices;

namespace Tagasi.Ldap.Messages;

/// <summary>The tag and length at the front of an element, as LDAP allows them: one tag octet, a definite length (RFC 4511, 5.1).</summary>
/// <remarks>
/// Read here and not by System.Formats.Asn1, whose BER also takes what LDAP forbids (indefinite lengths, strings in pieces) and which
/// cannot tell "not all here yet" from "wrong", which framing needs. Lengths longer than they need be are legal; Windows sends them.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BerHeader(byte Tag, int HeaderBytes, int ContentBytes)
{
    private const int MaxLengthBytes = 4;

    public int TotalBytes => HeaderBytes + ContentBytes;

    /// <summary>Reads a header, or returns false when more bytes are needed to know it.</summary>
    /// <exception cref="LdapProtocolException">No further byte can make it a header, or the element would be over the limit.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int maxTotalBytes, out BerHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        if ((bytes[0] & 0x1F) == 0x1F)
        {
            throw new LdapProtocolException($"Tag {bytes[0]:X2} begins a tag of several octets, which LDAP does not have.");
        }

        var lengthBytes = bytes[1] < 0x80 ? 0 : bytes[1] & 0x7F;
        if (bytes[1] == 0x80 || lengthBytes > MaxLengthBytes)
        {
            throw new LdapProtocolException($"Length octet {bytes[1]:X2} is not allowed in LDAP.");
        }

        if (bytes.Length < 2 + lengthBytes)
        {
            return false;
        }

        long length = lengthBytes == 0 ? bytes[1] : 0;
        foreach (var b in bytes.Slice(2, lengthBytes))
        {
            length = (length << 8) | b;
        }

        if (length + 2 + lengthBytes > maxTotalBytes)
        {
            throw new LdapProtocolException($"An element of {length} bytes is over the limit of {maxTotalBytes}.");
        }

        header = new BerHeader(bytes[0], 2 + lengthBytes, (int)length);
        return true;
    }
}
