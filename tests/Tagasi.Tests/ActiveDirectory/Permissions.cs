using System.Buffers.Binary;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Security descriptors in their packet form, and who and what they are about.</summary>
internal static class Permissions
{
    public const uint ControlAccess = 0x100;
    public const uint WriteProperty = 0x20;

    public static readonly Guid ResetPassword = new("00299570-246d-11d0-a768-00aa006e0529");
    public static readonly Guid ChangePassword = new("ab721a53-1e2f-11d0-9819-00aa0040529b");
    public static readonly Guid LockoutTime = new("28630ebf-41d5-11d1-a9c1-0000f80367c1");
    public static readonly Guid AccountRestrictions = new("4c164200-20c0-11d0-a768-00aa006e0529");

    public static readonly byte[] Self = [1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0];
    public static readonly byte[] Users = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x21, 2, 0, 0];

    /// <summary>An entry about one right: type 5 allows, 6 denies.</summary>
    public static byte[] Entry(byte type, Guid right, byte[] sid, uint mask = ControlAccess, byte flags = 0)
    {
        byte[] entry = [type, flags, 0, 0, .. BitConverter.GetBytes(mask), 1, 0, 0, 0, .. right.ToByteArray(), .. sid];
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)entry.Length);
        return entry;
    }

    public static byte[] Allow(uint mask, Guid right, byte[] sid) => Entry(5, right, sid, mask);

    /// <summary>An entry about all that the mask says: type 0 allows, 1 denies.</summary>
    public static byte[] Plain(byte type, uint mask, byte[] sid)
    {
        byte[] entry = [type, 0, 0, 0, .. BitConverter.GetBytes(mask), .. sid];
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)entry.Length);
        return entry;
    }

    public static byte[] Descriptor(params byte[][] entries)
    {
        byte[] body = [.. entries.SelectMany(e => e)];
        byte[] descriptor = [1, 0, 4, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, .. body];
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(22), (ushort)(8 + body.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(24), (ushort)entries.Length);
        return descriptor;
    }

    /// <summary>The same with SE_DACL_PROTECTED.</summary>
    public static byte[] Protected(byte[] descriptor) => [.. descriptor[..3], (byte)(descriptor[3] | 0x10), .. descriptor[4..]];
}
