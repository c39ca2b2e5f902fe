namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>A right that one access control entry can grant or deny alone, [MS-ADTS] 5.1.3.2.</summary>
/// <param name="Name">As Active Directory's own tools call it.</param>
/// <param name="Mask">The bit of the access mask.</param>
/// <param name="ObjectType">rightsGuid of the extended right, or schemaIDGUID of the attribute.</param>
/// <param name="PropertySet">attributeSecurityGUID of the attribute, where it is in a property set.</param>
internal sealed record AccessRight(string Name, uint Mask, Guid ObjectType, Guid? PropertySet = null)
{
    public const uint ControlAccess = 0x100;
    public const uint WriteProperty = 0x20;

    public static readonly AccessRight ResetPassword = new("Reset Password", ControlAccess, new("00299570-246d-11d0-a768-00aa006e0529"));
    public static readonly AccessRight ChangePassword = new("Change Password", ControlAccess, new("ab721a53-1e2f-11d0-9819-00aa0040529b"));
    public static readonly AccessRight WriteLockoutTime = new("Write lockoutTime", WriteProperty, new("28630ebf-41d5-11d1-a9c1-0000f80367c1"));

    // In the property set Account Restrictions.
    public static readonly AccessRight WritePasswordLastSet = new(
        "Write pwdLastSet", WriteProperty, new("bf967a0a-0de6-11d0-a285-00aa003049e2"), new Guid("4c164200-20c0-11d0-a768-00aa006e0529"));
}
