using System.Globalization;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>What the answer to a person's bind says of the password.</summary>
internal static class BindReading
{
    // "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1": the code stands nowhere else.
    private const string Data = ", data ";

    public static PasswordVerification Of(LdapResult result, string server) => result.Code switch
    {
        LdapResultCode.Success => new PasswordVerification.Right(MustChange: false, IsExpired: false),
        LdapResultCode.InvalidCredentials => OfData(DataOf(result.Diagnostic)) ?? Unavailable(result, server),
        _ => Unavailable(result, server),
    };

    private static PasswordVerification? OfData(int? data) => data switch
    {
        0x52E => new PasswordVerification.Wrong(), // ERROR_LOGON_FAILURE
        0x530 or 0x531 => new PasswordVerification.NotPermittedNow(), // ERROR_INVALID_LOGON_HOURS, ERROR_INVALID_WORKSTATION
        0x532 => new PasswordVerification.Right(MustChange: false, IsExpired: true), // ERROR_PASSWORD_EXPIRED
        0x533 => new PasswordVerification.Disabled(), // ERROR_ACCOUNT_DISABLED
        0x701 => new PasswordVerification.AccountExpired(), // ERROR_ACCOUNT_EXPIRED
        0x773 => new PasswordVerification.Right(MustChange: true, IsExpired: false), // ERROR_PASSWORD_MUST_CHANGE
        0x775 => new PasswordVerification.LockedOut(), // ERROR_ACCOUNT_LOCKED_OUT
        _ => null,
    };

    private static int? DataOf(string diagnostic)
    {
        var at = diagnostic.IndexOf(Data, StringComparison.Ordinal);
        var digits = at < 0 ? [] : diagnostic.AsSpan(at + Data.Length);
        var end = digits.IndexOf(',');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var data) ? data : null;
    }

    private static PasswordVerification.Unavailable Unavailable(LdapResult result, string server) => new(Failures.OfResult(result, server), MayHaveCounted: false);
}
