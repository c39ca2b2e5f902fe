using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>SIDs in their packet form, [MS-DTYP] 2.4.2.2.</summary>
internal static class SecurityIdentifiers
{
    private const int HeaderBytes = 8;

    /// <summary><c>S-1-5-21-…</c>; null where the octets are no SID.</summary>
    public static string? ToText(ReadOnlySpan<byte> sid)
    {
        if (sid.Length < HeaderBytes || sid[0] != 1 || sid.Length < HeaderBytes + (4 * sid[1]))
        {
            return null;
        }

        var authority = (ulong)BinaryPrimitives.ReadUInt16BigEndian(sid[2..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(sid[4..]);
        var text = new StringBuilder("S-1-").Append(authority);
        for (var i = 0; i < sid[1]; i++)
        {
            text.Append('-').Append(BinaryPrimitives.ReadUInt32LittleEndian(sid[(HeaderBytes + (4 * i))..]));
        }

        return text.ToString();
    }

    /// <summary>The last sub-authority: which account of its domain.</summary>
    public static uint RelativeId(string sid) =>
        uint.TryParse(sid.AsSpan(sid.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rid) ? rid : 0;
}
