using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>What Active Directory's answer to a write means, keyed on result code and Win32 code; its text is never looked at.</summary>
/// <remarks>Names from [MS-ERREF] 2.2; which code comes when from Samba's tests and from directories in the field.</remarks>
internal static class ErrorReading
{
    /// <summary>
    /// The cause; <see cref="RefusalCause.RefusedByFilterOrUnspecified"/> stands for 0000052D, whose true cause the policy must tell.
    /// </summary>
    public static RefusalCause CauseOf(LdapResult result) => OfWin32(result.Win32Code) ?? OfResult(result.Code);

    /// <summary>The same for a change, which knows an old password and a lockout.</summary>
    public static RefusalCause CauseOfChange(LdapResult result) => result.Win32Code switch
    {
        0x56 or 0x56A => RefusalCause.WrongOldPassword, // ERROR_INVALID_PASSWORD, ERROR_WRONG_PASSWORD
        0x775 => RefusalCause.LockedOut, // ERROR_ACCOUNT_LOCKED_OUT

        // Measured: without Change Password, Samba's access check answers a constraint violation that has no Win32 code.
        null when result.Code == LdapResultCode.ConstraintViolation => RefusalCause.NoRights,
        _ => CauseOf(result),
    };

    private static RefusalCause? OfWin32(int? win32) => win32 switch
    {
        0x52D => RefusalCause.RefusedByFilterOrUnspecified, // ERROR_PASSWORD_RESTRICTION
        0x8C4 => RefusalCause.InHistory, // NERR_PasswordHistConflict
        0x8C5 => RefusalCause.TooShort, // NERR_PasswordTooShort
        0x8C6 => RefusalCause.TooRecent, // NERR_PasswordTooRecent
        0x5 or 0x2098 => RefusalCause.NoRights, // ERROR_ACCESS_DENIED, ERROR_DS_INSUFF_ACCESS_RIGHTS
        0x202B => RefusalCause.Referral, // ERROR_DS_REFERRAL
        0x2030 or 0x208D => RefusalCause.NotFound, // ERROR_DS_NO_SUCH_OBJECT, ERROR_DS_OBJ_NOT_FOUND
        0x200E or 0x200F => RefusalCause.Busy, // ERROR_DS_BUSY, ERROR_DS_UNAVAILABLE
        0x21A2 => RefusalCause.PdcEmulatorMoved, // ERROR_DS_ROLE_NOT_VERIFIED
        _ => null,
    };

    private static RefusalCause OfResult(LdapResultCode code) => code switch
    {
        LdapResultCode.Referral => RefusalCause.Referral,
        LdapResultCode.UnavailableCriticalExtension => RefusalCause.PolicyHintsUnsupported,
        LdapResultCode.StrongerAuthRequired or LdapResultCode.ConfidentialityRequired => RefusalCause.NotProtected,
        LdapResultCode.NoSuchObject => RefusalCause.NotFound,
        LdapResultCode.InsufficientAccessRights => RefusalCause.NoRights,
        LdapResultCode.Busy or LdapResultCode.Unavailable => RefusalCause.Busy,
        _ => RefusalCause.Other,
    };
}
