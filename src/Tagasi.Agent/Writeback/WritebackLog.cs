using Microsoft.Extensions.Logging;
using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>The writeback's events, with the ids and names that administrators already watch for (PasswordResetService's published table).</summary>
internal static partial class WritebackLog
{
    [LoggerMessage(31001, LogLevel.Information, "Request {RequestId}: resetting the password of {Account} at {Server}", EventName = "PasswordResetStart")]
    public static partial void PasswordResetStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(32004, LogLevel.Error, "Request {RequestId}: the envelope cannot be opened: altered, moved from another request, or sealed to an old key", EventName = "DecryptionError")]
    public static partial void DecryptionError(ILogger logger, Guid requestId);

    [LoggerMessage(5001, LogLevel.Critical, "Request {RequestId}: the journal cannot be written; until it can, no password is reset here. Free space in the state folder, then restart the agent if this goes on")]
    public static partial void JournalFailed(ILogger logger, Guid requestId, Exception e);

    [LoggerMessage(5004, LogLevel.Error, "Request {RequestId}: looking for its outcome failed unexpectedly; it is looked at again. Please report this")]
    public static partial void LookFailed(ILogger logger, Guid requestId, Exception e);

    public static void Closed(ILogger logger, Guid requestId, Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Applied applied:
                PasswordResetSuccess(logger, requestId, applied.Server, applied.Problem?.Code ?? "none");
                break;
            case Verdict.Refused refused:
                Refused(logger, requestId, refused);
                break;
            case Verdict.Unknown unknown:
                OutcomeUnknown(logger, requestId, unknown.Server ?? "?", unknown.Detail);
                break;
        }
    }

    public static void Resolved(ILogger logger, Guid requestId, Verdict verdict)
    {
        ResolvedByLooking(logger, requestId, verdict is Verdict.Applied ? "applied" : "not carried out");
        Closed(logger, requestId, verdict);
    }

    public static void Refused(ILogger logger, Guid requestId, Verdict.Refused refused)
    {
        LogCause(logger, requestId, refused.Problem, refused.Detail ?? "no further detail");
        PasswordResetFail(logger, requestId, refused.Problem.Code, refused.Detail ?? "no further detail", refused.Problem.Remedy);
    }

    [LoggerMessage(31002, LogLevel.Information, "Request {RequestId}: applied at {Server}; to be mended: {Problem}", EventName = "PasswordResetSuccess")]
    private static partial void PasswordResetSuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(31003, LogLevel.Warning, "Request {RequestId}: refused, {Problem}: {Detail}. {Remedy}", EventName = "PasswordResetFail")]
    private static partial void PasswordResetFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(5002, LogLevel.Warning, "Request {RequestId}: unknown whether {Server} wrote: {Detail}. It is found out by looking; nothing is written again")]
    private static partial void OutcomeUnknown(ILogger logger, Guid requestId, string server, string detail);

    [LoggerMessage(5003, LogLevel.Information, "Request {RequestId}: its outcome, unknown until now, was found by looking: {Outcome}")]
    private static partial void ResolvedByLooking(ILogger logger, Guid requestId, string outcome);

    private static void LogCause(ILogger logger, Guid requestId, Problem problem, string detail)
    {
        Action<ILogger, Guid, string, string>? log =
            problem == Problems.AccountNotFound ? ADUserNotFoundError
            : problem == Problems.DirectoryRights || problem == Problems.AccountProtected ? ADPermissionsError
            : problem == Problems.AccountDisabled ? ADUserAccountDisabled
            : problem == Problems.DirectoryRefused || problem == Problems.DirectoryUnavailable ? ADUnKnownError
            : problem == Problems.DirectoryUntrusted || problem == Problems.DirectorySignInFailed || problem == Problems.DirectoryPolicyHints ? ADConfigurationError
            : problem == Problems.AccountCannotChange || problem.Code.StartsWith("password-", StringComparison.Ordinal) ? ADPasswordPolicyError
            : null;
        log?.Invoke(logger, requestId, problem.Code, detail);
    }

    // The names are the published ones, misspellings included: alerts match on them.
    [LoggerMessage(33001, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUnKnownError(ILogger logger, Guid requestId, string problem, string detail);

    [LoggerMessage(33002, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserNotFoundError(ILogger logger, Guid requestId, string problem, string detail);

    [LoggerMessage(33004, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADPermissionsError(ILogger logger, Guid requestId, string problem, string detail);

    [LoggerMessage(33005, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserAccountDisabled(ILogger logger, Guid requestId, string problem, string detail);

    [LoggerMessage(33008, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADPasswordPolicyError(ILogger logger, Guid requestId, string problem, string detail);

    [LoggerMessage(33009, LogLevel.Warning, "Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADConfigurationError(ILogger logger, Guid requestId, string problem, string detail);
}
