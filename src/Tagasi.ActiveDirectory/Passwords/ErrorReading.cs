using System.Globalization;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>What Active Directory's answer to a reset means, keyed on result code and Win32 code; its text is never looked at.</summary>
/// <remarks>Names from [MS-ERREF] 2.2; which code comes when from Samba's tests and from directories in the field.</remarks>
internal static class ErrorReading
{
    private const int Referral = 10;
    private const int UnavailableCriticalExtension = 12;
    private const int StrongerAuthRequired = 8;
    private const int ConfidentialityRequired = 13;
    private const int NoSuchObject = 32;
    private const int InsufficientAccessRights = 50;
    private const int Busy = 51;
    private const int Unavailable = 52;

    /// <summary>
    /// The cause; <see cref="RefusalCause.RefusedByFilterOrUnspecified"/> stands for 0000052D, whose true cause the policy must tell.
    /// </summary>
    public static RefusalCause CauseOf(int resultCode, uint? win32) => OfWin32(win32) ?? OfResult(resultCode);

    /// <summary>The Win32 code that Active Directory puts, as eight hexadecimal digits and a colon, before its text.</summary>
    public static uint? Win32Of(string? diagnostics)
    {
        var colon = diagnostics?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon == 8 && uint.TryParse(diagnostics.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;
    }

    private static RefusalCause? OfWin32(uint? win32) => win32 switch
    {
        0x52D => RefusalCause.RefusedByFilterOrUnspecified, // ERROR_PASSWORD_RESTRICTION
        0x8C4 => RefusalCause.InHistory, // NERR_PasswordHistConflict
        0x8C5 => RefusalCause.TooShort, // NERR_PasswordTooShort
        0x8C6 => RefusalCause.TooRecent, // NERR_PasswordTooRecent
        0x5 or 0x2098 => RefusalCause.NoRights, // ERROR_ACCESS_DENIED, ERROR_DS_INSUFF_ACCESS_RIGHTS
        0x1F => RefusalCause.NotProtected, // ERROR_GEN_FAILURE: unicodePwd over a link that is not encrypted
        0x202B => RefusalCause.Referral, // ERROR_DS_REFERRAL
        0x2030 or 0x208D => RefusalCause.NotFound, // ERROR_DS_NO_SUCH_OBJECT, ERROR_DS_OBJ_NOT_FOUND
        0x200E or 0x200F => RefusalCause.Busy, // ERROR_DS_BUSY, ERROR_DS_UNAVAILABLE
        0x21A2 => RefusalCause.PdcEmulatorMoved, // ERROR_DS_ROLE_NOT_VERIFIED
        _ => null,
    };

    private static RefusalCause OfResult(int resultCode) => resultCode switch
    {
        Referral => RefusalCause.Referral,
        UnavailableCriticalExtension => RefusalCause.PolicyHintsUnsupported,
        StrongerAuthRequired or ConfidentialityRequired => RefusalCause.NotProtected,
        NoSuchObject => RefusalCause.NotFound,
        InsufficientAccessRights => RefusalCause.NoRights,
        Busy or Unavailable => RefusalCause.Busy,
        _ => RefusalCause.Other,
    };
}
