using System.Buffers.Binary;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>Reads replPropertyMetaData, the stamps of all attributes of one object ([MS-ADTS] 3.1.1.1.9).</summary>
/// <remarks>
/// A header of 16 octets (version 1, zero, count, zero) and 48 for each attribute: ATTID, version, seconds since 1601, invocationId of the
/// originating domain controller, its USN there, its USN here. Little-endian, as Samba's drsblobs.idl has it and its domain controllers send it.
/// </remarks>
internal static class ReplicationMetadata
{
    public const string Attribute = "replPropertyMetaData";

    // ATTID of unicodePwd, 1.2.840.113556.1.4.90: prefix 9 of the table that every forest begins with, [MS-ADTS] 5.16.4.
    private const uint UnicodePwd = 0x9005A;

    private const int HeaderBytes = 16;
    private const int EntryBytes = 48;

    /// <summary>The password's stamp, of version 0 where none was ever written; null where the octets make no sense.</summary>
    public static PasswordStamp? PasswordStampOf(ReadOnlySpan<byte> metadata)
    {
        if (metadata.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(metadata) != 1)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(metadata[8..]);
        if (metadata.Length != HeaderBytes + (count * EntryBytes))
        {
            return null;
        }

        for (var entries = metadata[HeaderBytes..]; !entries.IsEmpty; entries = entries[EntryBytes..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(entries) == UnicodePwd)
            {
                return StampOf(entries);
            }
        }

        return new PasswordStamp(0, Guid.Empty, null);
    }

    private static PasswordStamp StampOf(ReadOnlySpan<byte> entry)
    {
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        var inTicks = seconds is > 0 and < long.MaxValue / TimeSpan.TicksPerSecond ? seconds * TimeSpan.TicksPerSecond : 0;
        return new PasswordStamp(BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]), new Guid(entry[16..32]), AdTime.FromTicks(inTicks));
    }
}
