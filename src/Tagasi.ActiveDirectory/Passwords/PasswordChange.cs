using System.Security.Cryptography;
using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Sets a password by proof of the old one, [MS-ADTS] 3.1.1.3.1.5.1. It never turns into a reset.</summary>
/// <remarks>No policy hints: history and minimum age hold for a change without them.</remarks>
internal sealed class PasswordChange(ReadOnlySpan<byte> oldUtf16, ReadOnlySpan<byte> newUtf16) : WriteOperation
{
    private readonly NewPassword _old = new(oldUtf16);
    private readonly NewPassword _new = new(newUtf16);

    public override IReadOnlyList<AccessRight> Rights => [AccessRight.ChangePassword];

    public override string ExpectedSight => "new password";

    public override IReadOnlyList<LdapModification> ChangesAt(RootDse root) =>
        [LdapModification.Delete("unicodePwd", _old.Quoted), LdapModification.Add("unicodePwd", _new.Quoted)];

    public override RefusalCause CauseOf(LdapResult result) => ErrorReading.CauseOfChange(result);

    public override RefusalCause Explain(Account account) =>
        PolicyVerdict.Explain(_new.Characters, account, isCurrent: CryptographicOperations.FixedTimeEquals(_old.Quoted.Span, _new.Quoted.Span));

    public override WriteComparison Compare(WriteProof before, WriteProof after) => WriteProof.Compare(before, after);

    public override WriteWarning WarningOf(WriteProof before, WriteProof after) =>
        after.RawPasswordLastSet == 0 ? WriteWarning.ExpiredAtOnce : after.IsLockedOutAfter(before) ? WriteWarning.StillLockedOut : WriteWarning.None;

    public override void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }
}
