using System.Buffers.Binary;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>The one question asked of a security descriptor: may the user change the password? [MS-DTYP] 2.4.6, 2.4.4.</summary>
internal static class SecurityDescriptor
{
    private const int DaclOffsetAt = 16;
    private const int AclHeaderBytes = 8;
    private const byte AccessDeniedObject = 6;
    private const uint ControlAccess = 0x100;
    private const uint HasObjectType = 1;
    private const uint HasInheritedType = 2;
    private const byte InheritOnly = 8;

    // "User cannot change password" has been this pair of entries ever since userAccountControl lost the say in it.
    private static readonly Guid ChangePassword = new("ab721a53-1e2f-11d0-9819-00aa0040529b");
    private static readonly string[] SelfAndEveryone = ["S-1-5-10", "S-1-1-0"];

    /// <summary>Null where the octets make no sense.</summary>
    public static bool? DeniesPasswordChange(ReadOnlySpan<byte> descriptor)
    {
        if (descriptor.Length < DaclOffsetAt + 4)
        {
            return null;
        }

        var offset = BinaryPrimitives.ReadInt32LittleEndian(descriptor[DaclOffsetAt..]);
        if (offset < 0 || offset > descriptor.Length - AclHeaderBytes)
        {
            return null;
        }

        var acl = descriptor[offset..];
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(acl[4..]);
        return offset == 0 ? false : AnyEntryDenies(acl[AclHeaderBytes..], entries);
    }

    private static bool? AnyEntryDenies(ReadOnlySpan<byte> entries, int count)
    {
        for (; count > 0; count--)
        {
            var size = entries.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(entries[2..]);
            if (size < 4 || size > entries.Length)
            {
                return null;
            }

            if (Denies(entries[..size]))
            {
                return true;
            }

            entries = entries[size..];
        }

        return false;
    }

    private static bool Denies(ReadOnlySpan<byte> entry)
    {
        if (entry[0] != AccessDeniedObject || (entry[1] & InheritOnly) != 0 || entry.Length < 28)
        {
            return false;
        }

        var mask = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
        if ((mask & ControlAccess) == 0 || (flags & HasObjectType) == 0 || new Guid(entry[12..28]) != ChangePassword)
        {
            return false;
        }

        var sidAt = (flags & HasInheritedType) == 0 ? 28 : 44;
        return sidAt <= entry.Length && SelfAndEveryone.Contains(SecurityIdentifiers.ToText(entry[sidAt..]));
    }
}
