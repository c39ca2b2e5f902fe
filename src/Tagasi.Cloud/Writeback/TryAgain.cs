using Tagasi.Protocol;

namespace Tagasi.Cloud.Writeback;

/// <summary>Which refusals another password, or another moment, can mend, so that the person need not prove themselves again.</summary>
internal static class TryAgain
{
    private static readonly HashSet<string> Mendable =
    [
        Problems.PasswordTooShort.Code, Problems.PasswordTooLong.Code, Problems.PasswordNotComplex.Code, Problems.PasswordContainsName.Code,
        Problems.PasswordInHistory.Code, Problems.PasswordRefused.Code, Problems.Superseded.Code, Problems.CurrentPasswordWrong.Code,
        Problems.AccountLocked.Code, Problems.WrongPasswordLimited.Code, Problems.OperationUnsupported.Code, Problems.UnlockNotAllowed.Code,
        Problems.AgentOffline.Code, Problems.RequestOpen.Code, Problems.AgentTimeout.Code, Problems.NotCarriedOut.Code, Problems.DirectoryUnavailable.Code,
        Problems.TicketExpired.Code, Problems.EnvelopeUnreadable.Code, Problems.RateLimited.Code,
    ];

    public static bool IsWorthwhile(Problem problem) => Mendable.Contains(problem.Code);
}
