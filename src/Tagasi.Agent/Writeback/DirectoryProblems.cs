using Tagasi.ActiveDirectory;
using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>Turns what the directory says into the problem catalogue.</summary>
internal static class DirectoryProblems
{
    public static Verdict.Refused Of(DirectoryFailure failure) => new(Of(failure.Cause), Words(failure), Server: failure.Server);

    /// <summary>The directory's own words on one line: some end in NUL, and none may forge a line of the log.</summary>
    public static string Words(DirectoryFailure failure) => $"{failure.Cause}: {Plain(failure.Detail)}";

    /// <inheritdoc cref="Words"/>
    public static string Plain(string text) => string.Concat(text.Where(c => c != '\0').Select(c => char.IsControl(c) ? ' ' : c));

    public static Problem Of(FailureCause cause) => cause switch
    {
        FailureCause.Tls => Problems.DirectoryUntrusted,
        FailureCause.CredentialRefused => Problems.DirectorySignInFailed,
        FailureCause.Refused => Problems.DirectoryRefused,
        FailureCause.NotReadable => Problems.DirectoryRights,
        FailureCause.Referral => Problems.DirectoryNotWritable,
        _ => Problems.DirectoryUnavailable,
    };

    public static Problem Of(RefusalCause cause) => cause switch
    {
        RefusalCause.TooShort => Problems.PasswordTooShort,
        RefusalCause.TooLong => Problems.PasswordTooLong,
        RefusalCause.NotComplex => Problems.PasswordNotComplex,
        RefusalCause.ContainsName => Problems.PasswordContainsName,
        RefusalCause.InHistory => Problems.PasswordInHistory,
        RefusalCause.WrongOldPassword => Problems.CurrentPasswordWrong,
        RefusalCause.LockedOut => Problems.AccountLocked,
        RefusalCause.TooRecent => Problems.PasswordTooRecent,
        RefusalCause.RefusedByFilterOrUnspecified => Problems.PasswordRefused,
        RefusalCause.Malformed => Problems.EnvelopeUnreadable,
        RefusalCause.NotFound => Problems.AccountNotFound,
        RefusalCause.NotAPerson or RefusalCause.Protected => Problems.AccountProtected,
        RefusalCause.NoRights => Problems.DirectoryRights,
        RefusalCause.PolicyHintsUnsupported => Problems.DirectoryPolicyHints,
        RefusalCause.NotAfterPassed => Problems.TicketExpired,
        RefusalCause.NotProtected => Problems.DirectoryUntrusted,
        RefusalCause.Cancelled => Problems.NotCarriedOut,
        RefusalCause.Referral or RefusalCause.ReadOnlyDomainController => Problems.DirectoryNotWritable,
        RefusalCause.Busy or RefusalCause.PdcEmulatorMoved or RefusalCause.Unreachable
            => Problems.DirectoryUnavailable,
        _ => Problems.DirectoryRefused,
    };

    public static Problem? Of(WriteWarning warning) => warning switch
    {
        WriteWarning.None => null,
        WriteWarning.ExpiredAtOnce => Problems.PasswordExpiresAtOnce,
        WriteWarning.StillLockedOut => Problems.AccountStillLocked,
        WriteWarning.NotYetEverywhere => Problems.NotYetEverywhere,
        WriteWarning.WrittenMoreThanOnce => Problems.Superseded,
        WriteWarning.MustChangeNotSet => Problems.MustChangeNotSet,
        _ => throw new ArgumentOutOfRangeException(nameof(warning), warning, "A warning without a problem."),
    };
}
