using Tagasi.ActiveDirectory;
using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>Turns what the directory says into the problem catalogue.</summary>
internal static class DirectoryProblems
{
    public static Verdict.Refused Of(DirectoryFailure failure) => new(Of(failure.Cause), $"{failure.Cause}: {failure.Detail}", Server: failure.Server);

    public static Problem Of(FailureCause cause) => cause switch
    {
        FailureCause.Tls => Problems.DirectoryUntrusted,
        FailureCause.CredentialRefused => Problems.DirectorySignInFailed,
        FailureCause.Refused => Problems.DirectoryRefused,
        FailureCause.NotReadable => Problems.DirectoryRights,
        _ => Problems.DirectoryUnavailable,
    };

    public static Problem Of(RefusalCause cause) => cause switch
    {
        RefusalCause.TooShort => Problems.PasswordTooShort,
        RefusalCause.TooLong => Problems.PasswordTooLong,
        RefusalCause.NotComplex => Problems.PasswordNotComplex,
        RefusalCause.ContainsName => Problems.PasswordContainsName,
        RefusalCause.InHistory => Problems.PasswordInHistory,
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
        RefusalCause.Referral or RefusalCause.ReadOnlyDomainController or RefusalCause.Busy or RefusalCause.PdcEmulatorMoved or RefusalCause.Unreachable
            => Problems.DirectoryUnavailable,
        _ => Problems.DirectoryRefused,
    };

    public static Problem? Of(WriteWarning warning) => warning is WriteWarning.ExpiredAtOnce ? Problems.PasswordExpiresAtOnce : null;
}
