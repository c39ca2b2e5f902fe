using System.Globalization;

namespace Tagasi.Ldap;

/// <summary>What a server answered to one request (LDAPResult, RFC 4511, 4.1.9).</summary>
/// <param name="Code">The result code.</param>
/// <param name="MatchedDn">How much of the name exists, when the server says so; else empty.</param>
/// <param name="Diagnostic">The server's own words, without closing NULs. For logs and administrators, never for end users.</param>
/// <param name="Referrals">LDAP URLs of other servers. They are never followed: whoever answers may name any host.</param>
/// <param name="Controls">Controls that came with the answer.</param>
public sealed record LdapResult(
    LdapResultCode Code,
    string MatchedDn,
    string Diagnostic,
    IReadOnlyList<string> Referrals,
    IReadOnlyList<LdapControl> Controls)
{
    private const int Win32Digits = 8;

    /// <summary>True when the server did what was asked.</summary>
    public bool IsSuccess => Code == LdapResultCode.Success;

    /// <summary>
    /// The Win32 or HRESULT code with which Active Directory and Samba begin their diagnostic ("0000052D: ..."), or null.
    /// HRESULTs such as 80090308 come out negative, as they do in [MS-ERREF].
    /// </summary>
    public int? Win32Code =>
        Diagnostic.Length > Win32Digits && Diagnostic[Win32Digits] == ':'
        && uint.TryParse(Diagnostic.AsSpan(0, Win32Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? unchecked((int)code)
            : null;

    /// <inheritdoc/>
    public override string ToString() =>
        Diagnostic.Length == 0 ? $"{Code} ({(int)Code})" : $"{Code} ({(int)Code}): {Diagnostic}";
}
