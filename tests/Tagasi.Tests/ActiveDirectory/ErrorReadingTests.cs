using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Passwords;
using Tagasi.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class ErrorReadingTests
{
    [Theory]
    [InlineData(19, "0000052D: Constraint violation - check_password_restrictions: the password is too short.", RefusalCause.RefusedByFilterOrUnspecified)]
    [InlineData(53, "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0", RefusalCause.RefusedByFilterOrUnspecified)]
    [InlineData(53, "0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0", RefusalCause.Other)]
    [InlineData(50, "00002098: Object CN=x has no write property access", RefusalCause.NoRights)]
    [InlineData(50, "00000005: SecErr: DSID-031A11D2, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0", RefusalCause.NoRights)]
    [InlineData(50, "error in module acl: insufficient access rights during LDB_MODIFY (50)", RefusalCause.NoRights)]
    [InlineData(10, "0000202B: RefErr: DSID-0310074A, data 0, 1 access points", RefusalCause.Referral)]
    [InlineData(10, "", RefusalCause.Referral)]
    [InlineData(32, "00002030: No such Base DN: <GUID=…>", RefusalCause.NotFound)]
    [InlineData(32, "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0", RefusalCause.NotFound)]
    [InlineData(51, "0000200E: SvcErr: DSID-03100245, problem 5001 (BUSY), data 0", RefusalCause.Busy)]
    [InlineData(52, "", RefusalCause.Busy)]
    [InlineData(53, "000021A2: SvcErr: DSID-03210F6E, problem 5003 (WILL_NOT_PERFORM), data 0", RefusalCause.PdcEmulatorMoved)]
    [InlineData(12, "", RefusalCause.PolicyHintsUnsupported)]
    [InlineData(53, "000008C6: SvcErr", RefusalCause.TooRecent)]
    [InlineData(13, "Confidentiality required", RefusalCause.NotProtected)]
    [InlineData(19, "0000202F: AtrErr: DSID-03190F80", RefusalCause.Other)]
    [InlineData(53, "no number here: 0000052D", RefusalCause.Other)]
    [InlineData(80, "", RefusalCause.Other)]
    public void The_cause_is_read_from_the_codes(int result, string diagnostics, RefusalCause cause) =>
        Assert.Equal(cause, ErrorReading.CauseOf(new LdapResult((LdapResultCode)result, "", diagnostics, [], [])));
}
