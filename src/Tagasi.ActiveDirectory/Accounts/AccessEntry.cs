using System.Buffers.Binary;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>One access control entry that allows or denies, [MS-DTYP] 2.4.4.2 to 2.4.4.5.</summary>
/// <param name="IsAllow">Allows; else denies.</param>
/// <param name="IsInheritOnly">For objects below, not for the one that has it.</param>
/// <param name="Mask">Access mask.</param>
/// <param name="ObjectType">The one right, attribute or property set that it is about; null: all.</param>
/// <param name="Sid">Whom it is about.</param>
internal sealed record AccessEntry(bool IsAllow, bool IsInheritOnly, uint Mask, Guid? ObjectType, string Sid)
{
    private const byte Allowed = 0;
    private const byte Denied = 1;
    private const byte AllowedObject = 5;
    private const byte DeniedObject = 6;
    private const byte InheritOnly = 8;
    private const uint HasObjectType = 1;
    private const uint HasInheritedType = 2;
    private const uint GenericAll = 0x10000000;
    private const int MaskAt = 4;
    private const int PlainSidAt = 8;
    private const int ObjectFlagsAt = 8;
    private const int GuidsAt = 12;
    private const int GuidBytes = 16;

    /// <summary>All that allow or deny; audit and callback entries, which no right hangs on here, are passed over. Null: they make no sense.</summary>
    public static IReadOnlyList<AccessEntry>? ReadAll(ReadOnlySpan<byte> entries, int count)
    {
        var read = new List<AccessEntry>(count);
        for (; count > 0; count--)
        {
            var size = entries.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(entries[2..]);
            if (size < PlainSidAt || size > entries.Length)
            {
                return null;
            }

            if (Read(entries[..size]) is { } entry)
            {
                read.Add(entry);
            }

            entries = entries[size..];
        }

        return read;
    }

    /// <summary>Whether it decides about a right of the object that has it.</summary>
    public bool IsAbout(AccessRight right) =>
        !IsInheritOnly && (Mask & (right.Mask | GenericAll)) != 0 && (ObjectType is null || ObjectType == right.ObjectType || ObjectType == right.PropertySet);

    private static AccessEntry? Read(ReadOnlySpan<byte> entry)
    {
        var type = entry[0];
        if (type is not (Allowed or Denied or AllowedObject or DeniedObject))
        {
            return null;
        }

        Guid? objectType = null;
        var sidAt = PlainSidAt;
        if (type is AllowedObject or DeniedObject)
        {
            if (entry.Length < GuidsAt)
            {
                return null;
            }

            var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry[ObjectFlagsAt..]);
            sidAt = GuidsAt + ((flags & HasObjectType) != 0 ? GuidBytes : 0) + ((flags & HasInheritedType) != 0 ? GuidBytes : 0);
            if (sidAt > entry.Length)
            {
                return null;
            }

            objectType = (flags & HasObjectType) != 0 ? new Guid(entry[GuidsAt..(GuidsAt + GuidBytes)]) : null;
        }

        return SecurityIdentifiers.ToText(entry[sidAt..]) is { } sid
            ? new AccessEntry(type is Allowed or AllowedObject, (entry[1] & InheritOnly) != 0, BinaryPrimitives.ReadUInt32LittleEndian(entry[MaskAt..]), objectType, sid)
            : null;
    }
}
