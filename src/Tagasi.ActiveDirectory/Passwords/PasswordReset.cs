using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Sets a password without knowing the old one, unlocks, and may demand that it be changed at the next sign-in.</summary>
internal sealed class PasswordReset(ReadOnlySpan<byte> utf16, bool mustChange) : WriteOperation
{
    private readonly NewPassword _password = new(utf16);

    public override bool NeedsPolicyHints => true;

    public override IReadOnlyList<AccessRight> Rights => mustChange
        ? [AccessRight.ResetPassword, AccessRight.WriteLockoutTime, AccessRight.WritePasswordLastSet]
        : [AccessRight.ResetPassword, AccessRight.WriteLockoutTime];

    public override string ExpectedSight => "new password";

    public override IReadOnlyList<LdapModification> ChangesAt(RootDse root) => mustChange && !root.IsSamba
        ? [LdapModification.Replace("unicodePwd", _password.Quoted), Unlocking, MustChange]
        : [LdapModification.Replace("unicodePwd", _password.Quoted), Unlocking];

    // Samba takes the 0 of the same modify for the time of the new setting when policy hints make it look at the minimum age: it then
    // refuses every password as too recent, also where there is no minimum age (measured with 4.24.7).
    public override LdapModification? FollowUpAt(RootDse root) => mustChange && root.IsSamba ? MustChange : null;

    public override RefusalCause CauseOf(LdapResult result) => ErrorReading.CauseOf(result);

    public override RefusalCause Explain(Account account) => PolicyVerdict.Explain(_password.Characters, account);

    public override WriteComparison Compare(WriteProof before, WriteProof after) => WriteProof.Compare(before, after);

    public override WriteWarning WarningOf(WriteProof before, WriteProof after) =>
        !mustChange && after.RawPasswordLastSet == 0 ? WriteWarning.ExpiredAtOnce
        : mustChange && after.RawPasswordLastSet != 0 ? WriteWarning.MustChangeNotSet
        : after.IsLockedOutAfter(before) ? WriteWarning.StillLockedOut
        : WriteWarning.None;

    public override void Dispose() => _password.Dispose();
}
