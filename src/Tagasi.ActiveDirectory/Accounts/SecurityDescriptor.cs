using System.Buffers.Binary;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>An object's permissions: the DACL of its security descriptor. [MS-DTYP] 2.4.6; checked as [MS-ADTS] 5.1.3.3 does.</summary>
/// <param name="IsProtected">SE_DACL_PROTECTED: inheritance is off.</param>
/// <param name="Entries">In their order; null: there is no list, and everybody may do everything.</param>
internal sealed record SecurityDescriptor(bool IsProtected, IReadOnlyList<AccessEntry>? Entries)
{
    public const string Attribute = "nTSecurityDescriptor";

    /// <summary>
    /// LDAP_SERVER_SD_FLAGS_OID, SEQUENCE { INTEGER 4 }: of the security descriptor the DACL alone. Without it the audit list is asked for
    /// too, which the service account may not see, and nothing is returned. [MS-ADTS] 3.1.1.3.4.1.11.
    /// </summary>
    public static readonly LdapControl DaclOnly = new("1.2.840.113556.1.4.801", IsCritical: true, new byte[] { 0x30, 3, 2, 1, 4 });

    private const int ControlAt = 2;
    private const ushort DaclProtected = 0x1000;
    private const int DaclOffsetAt = 16;
    private const int AclHeaderBytes = 8;

    private static readonly string[] SelfAndEveryone = ["S-1-5-10", "S-1-1-0"];

    /// <summary>"User cannot change password", which has been a pair of such entries ever since userAccountControl lost the say in it.</summary>
    public bool DeniesPasswordChange => Entries?.Any(entry =>
        !entry.IsAllow && !entry.IsInheritOnly && entry.ObjectType == AccessRight.ChangePassword.ObjectType
        && (entry.Mask & AccessRight.ControlAccess) != 0 && SelfAndEveryone.Contains(entry.Sid)) == true;

    /// <summary>Null where the octets make no sense.</summary>
    public static SecurityDescriptor? Read(ReadOnlySpan<byte> descriptor)
    {
        if (descriptor.Length < DaclOffsetAt + 4)
        {
            return null;
        }

        var isProtected = (BinaryPrimitives.ReadUInt16LittleEndian(descriptor[ControlAt..]) & DaclProtected) != 0;
        var offset = BinaryPrimitives.ReadInt32LittleEndian(descriptor[DaclOffsetAt..]);
        if (offset == 0)
        {
            return new SecurityDescriptor(isProtected, null);
        }

        if (offset < 0 || offset > descriptor.Length - AclHeaderBytes)
        {
            return null;
        }

        var acl = descriptor[offset..];
        var entries = AccessEntry.ReadAll(acl[AclHeaderBytes..], BinaryPrimitives.ReadUInt16LittleEndian(acl[4..]));
        return entries is null ? null : new SecurityDescriptor(isProtected, entries);
    }

    /// <summary>Whether someone with these SIDs has the right: the first entry that is about it decides, and none is a no.</summary>
    public bool Grants(AccessRight right, IReadOnlyCollection<string> sids) =>
        Entries is null || Entries.FirstOrDefault(entry => entry.IsAbout(right) && sids.Contains(entry.Sid)) is { IsAllow: true };
}
