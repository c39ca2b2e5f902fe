using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Ends a lockout, and leaves the password alone.</summary>
internal sealed class AccountUnlock : WriteOperation
{
    public override IReadOnlyList<AccessRight> Rights => [AccessRight.WriteLockoutTime];

    public override string ExpectedSight => "lockoutTime of 0";

    public override IReadOnlyList<LdapModification> ChangesAt(RootDse root) => [Unlocking];

    public override RefusalCause CauseOf(LdapResult result) => ErrorReading.CauseOf(result);

    public override RefusalCause Explain(Account account) => RefusalCause.RefusedByFilterOrUnspecified;

    // Another lockoutTime than before is a new lockout: wrong passwords keep coming from somewhere.
    public override WriteComparison Compare(WriteProof before, WriteProof after) =>
        after.RawLockoutTime == 0 || (after.RawLockoutTime is not null && after.RawLockoutTime != before.RawLockoutTime)
            ? WriteComparison.Written
            : WriteComparison.Unchanged;

    public override WriteWarning WarningOf(WriteProof before, WriteProof after) => after.IsLockedOutAfter(before) ? WriteWarning.StillLockedOut : WriteWarning.None;

    public override void Dispose()
    {
        // It has no secret.
    }
}
