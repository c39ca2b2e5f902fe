using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>The writeback's events, with the ids and names that administrators already watch for (PasswordResetService's published table).</summary>
internal static partial class WritebackLog
{
    [LoggerMessage(32004, LogLevel.Error, "DecryptionError: Request {RequestId}: the envelope cannot be opened: altered, moved from another request, or sealed to an old key", EventName = "DecryptionError")]
    public static partial void DecryptionError(ILogger logger, Guid requestId);

    [LoggerMessage(5005, LogLevel.Critical, "Request {RequestId}: refused, because its password was also sealed to key {KeyId}, which no agent that knownAgents names has signed. If you have no further agent, somebody has put in a key of his own")]
    public static partial void RecipientUnknown(ILogger logger, Guid requestId, string keyId);

    [LoggerMessage(32003, LogLevel.Error, "InPutValidationError: Request {RequestId}: the envelope does not hold the passwords that {Operation} takes", EventName = "InPutValidationError")]
    public static partial void InputValidationError(ILogger logger, Guid requestId, Operation operation);

    [LoggerMessage(5001, LogLevel.Critical, "Request {RequestId}: the journal cannot be written, so the agent ends; nothing is written to the directory until it is started with a journal that can be. Free space in the state folder, or mend its disk")]
    public static partial void JournalFailed(ILogger logger, Guid requestId, Exception e);

    [LoggerMessage(5004, LogLevel.Error, "Request {RequestId}: looking for its outcome failed unexpectedly; it is looked at again. Please report this")]
    public static partial void LookFailed(ILogger logger, Guid requestId, Exception e);

    public static void Started(ILogger logger, AdmittedTicket ticket, Account account)
    {
        Action<ILogger, Guid, string, string> log = ticket.Operation switch
        {
            Operation.Reset => PasswordResetStart,
            Operation.Change or Operation.ForcedChange => ChangePasswordStart,
            Operation.AdministratorReset => ResetUserPasswordByAdminStart,
            Operation.Unlock => UnlockStart,
            _ => VerifyStart,
        };
        log(logger, ticket.RequestId, account.DistinguishedName, account.Server);
    }

    public static void Closed(ILogger logger, Guid requestId, Operation operation, Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Applied applied:
                Applied(logger, requestId, operation, applied);
                break;
            case Verdict.Refused refused:
                Refused(logger, requestId, operation, refused);
                break;
            case Verdict.Unknown unknown:
                OutcomeUnknown(logger, requestId, unknown.Server ?? "?", unknown.Detail);
                break;
        }
    }

    public static void Resolved(ILogger logger, Guid requestId, Operation operation, Verdict verdict)
    {
        ResolvedByLooking(logger, requestId, verdict is Verdict.Applied ? "applied" : "not carried out");
        Closed(logger, requestId, operation, verdict);
    }

    public static void Refused(ILogger logger, Guid requestId, Operation operation, Verdict.Refused refused)
    {
        LogCause(logger, requestId, refused.Problem, refused.Detail ?? "no further detail");
        Action<ILogger, Guid, string, string, string> log = operation switch
        {
            Operation.Reset => PasswordResetFail,
            Operation.Change or Operation.ForcedChange => ChangePasswordFail,
            Operation.AdministratorReset => ResetUserPasswordByAdminFail,
            Operation.Unlock => UnlockFail,
            _ => VerifyFail,
        };
        log(logger, requestId, refused.Problem.Code, refused.Detail ?? "no further detail", refused.Problem.Remedy);
    }

    /// <summary>The person's page asked before it made a request, and was told that there would be no use in one.</summary>
    public static void RefusedBeforehand(ILogger logger, Guid account, Verdict.Refused refused)
    {
        LogCause(logger, $"(none yet, for account {account})", refused.Problem, refused.Detail ?? "no further detail");
        RefusedBeforehand(logger, account, refused.Problem.Code, refused.Detail ?? "no further detail", refused.Problem.Remedy);
    }

    private static void Applied(ILogger logger, Guid requestId, Operation operation, Verdict.Applied applied)
    {
        Action<ILogger, Guid, string, string> log = operation switch
        {
            Operation.Reset => PasswordResetSuccess,
            Operation.Change or Operation.ForcedChange => ChangePasswordSuccess,
            Operation.AdministratorReset => ResetUserPasswordByAdminSuccess,
            Operation.Unlock => UnlockSuccess,
            _ => VerifySuccess,
        };
        log(logger, requestId, applied.Server, applied.Problem?.Code ?? "none");
    }

    [LoggerMessage(31001, LogLevel.Information, "PasswordResetStart: Request {RequestId}: resetting the password of {Account} at {Server}", EventName = "PasswordResetStart")]
    private static partial void PasswordResetStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(31002, LogLevel.Information, "PasswordResetSuccess: Request {RequestId}: reset at {Server}; to be mended: {Problem}", EventName = "PasswordResetSuccess")]
    private static partial void PasswordResetSuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(31003, LogLevel.Warning, "PasswordResetFail: Request {RequestId}: reset refused, {Problem}: {Detail}. {Remedy}", EventName = "PasswordResetFail")]
    private static partial void PasswordResetFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(31006, LogLevel.Information, "ChangePasswordStart: Request {RequestId}: changing the password of {Account} at {Server}", EventName = "ChangePasswordStart")]
    private static partial void ChangePasswordStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(31007, LogLevel.Information, "ChangePasswordSuccess: Request {RequestId}: changed at {Server}; to be mended: {Problem}", EventName = "ChangePasswordSuccess")]
    private static partial void ChangePasswordSuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(31008, LogLevel.Warning, "ChangePasswordFail: Request {RequestId}: change refused, {Problem}: {Detail}. {Remedy}", EventName = "ChangePasswordFail")]
    private static partial void ChangePasswordFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(31009, LogLevel.Information, "ResetUserPasswordByAdminStart: Request {RequestId}: resetting for an administrator the password of {Account} at {Server}", EventName = "ResetUserPasswordByAdminStart")]
    private static partial void ResetUserPasswordByAdminStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(31010, LogLevel.Information, "ResetUserPasswordByAdminSuccess: Request {RequestId}: reset for an administrator at {Server}; to be mended: {Problem}", EventName = "ResetUserPasswordByAdminSuccess")]
    private static partial void ResetUserPasswordByAdminSuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(31011, LogLevel.Warning, "ResetUserPasswordByAdminFail: Request {RequestId}: reset by an administrator refused, {Problem}: {Detail}. {Remedy}", EventName = "ResetUserPasswordByAdminFail")]
    private static partial void ResetUserPasswordByAdminFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(5010, LogLevel.Information, "Request {RequestId}: unlocking {Account} at {Server}")]
    private static partial void UnlockStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(5011, LogLevel.Information, "Request {RequestId}: unlocked at {Server}; to be mended: {Problem}")]
    private static partial void UnlockSuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(5012, LogLevel.Warning, "Request {RequestId}: unlock refused, {Problem}: {Detail}. {Remedy}")]
    private static partial void UnlockFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(5013, LogLevel.Information, "Request {RequestId}: verifying the password of {Account} at {Server}")]
    private static partial void VerifyStart(ILogger logger, Guid requestId, string account, string server);

    [LoggerMessage(5014, LogLevel.Information, "Request {RequestId}: password verified at {Server}; to be mended: {Problem}")]
    private static partial void VerifySuccess(ILogger logger, Guid requestId, string server, string problem);

    [LoggerMessage(5015, LogLevel.Warning, "Request {RequestId}: verification refused, {Problem}: {Detail}. {Remedy}")]
    private static partial void VerifyFail(ILogger logger, Guid requestId, string problem, string detail, string remedy);

    [LoggerMessage(5016, LogLevel.Warning, "Account {Account} asked beforehand and was told {Problem}: {Detail}. {Remedy}")]
    private static partial void RefusedBeforehand(ILogger logger, Guid account, string problem, string detail, string remedy);

    [LoggerMessage(5002, LogLevel.Warning, "Request {RequestId}: unknown whether {Server} wrote: {Detail}. It is found out by looking; nothing is written again")]
    private static partial void OutcomeUnknown(ILogger logger, Guid requestId, string server, string detail);

    [LoggerMessage(5103, LogLevel.Information, "{Count} writes have no known outcome yet; looking at their domain controllers")]
    public static partial void LookingAt(ILogger logger, int count);

    [LoggerMessage(5003, LogLevel.Information, "Request {RequestId}: its outcome, unknown until now, was found by looking: {Outcome}")]
    private static partial void ResolvedByLooking(ILogger logger, Guid requestId, string outcome);

    private static void LogCause(ILogger logger, object requestId, Problem problem, string detail)
    {
        Action<ILogger, object, string, string>? log =
            problem == Problems.AccountNotFound ? ADUserNotFoundError
            : problem == Problems.DirectoryRights || problem == Problems.AccountProtected ? ADPermissionsError
            : problem == Problems.AccountDisabled ? ADUserAccountDisabled
            : problem == Problems.AccountLocked ? ADUserAccountLockedOut
            : problem == Problems.CurrentPasswordWrong ? ADUserIncorrectPassword
            : problem == Problems.DirectoryRefused || problem == Problems.DirectoryUnavailable || problem == Problems.DirectoryNotWritable || problem == Problems.Superseded ? ADUnKnownError
            : problem == Problems.DirectoryUntrusted || problem == Problems.DirectorySignInFailed || problem == Problems.DirectoryPolicyHints ? ADConfigurationError
            : problem == Problems.AccountCannotChange || problem.Code.StartsWith("password-", StringComparison.Ordinal) ? ADPasswordPolicyError
            : null;
        log?.Invoke(logger, requestId, problem.Code, detail);
    }

    // The names are the published ones, misspellings included: alerts match on them.
    [LoggerMessage(33001, LogLevel.Warning, "ADUnKnownError: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUnKnownError(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33002, LogLevel.Warning, "ADUserNotFoundError: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserNotFoundError(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33004, LogLevel.Warning, "ADPermissionsError: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADPermissionsError(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33005, LogLevel.Warning, "ADUserAccountDisabled: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserAccountDisabled(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33006, LogLevel.Warning, "ADUserAccountLockedOut: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserAccountLockedOut(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33007, LogLevel.Warning, "ADUserIncorrectPassword: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADUserIncorrectPassword(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33008, LogLevel.Warning, "ADPasswordPolicyError: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADPasswordPolicyError(ILogger logger, object requestId, string problem, string detail);

    [LoggerMessage(33009, LogLevel.Warning, "ADConfigurationError: Request {RequestId}: {Problem}: {Detail}")]
    private static partial void ADConfigurationError(ILogger logger, object requestId, string problem, string detail);
}
