using Microsoft.Extensions.Logging;
using Tagasi.Protocol.Onboarding;

namespace Tagasi.Agent.Onboarding;

/// <summary>Onboarding's events, with the published ids and names.</summary>
internal static partial class OnboardingLog
{
    [LoggerMessage(31004, LogLevel.Information, "OnboardingEventStart: Onboarding starts: {Why}", EventName = "OnboardingEventStart")]
    public static partial void OnboardingEventStart(ILogger logger, string why);

    [LoggerMessage(31005, LogLevel.Information, "OnboardingEventSuccess: The service has taken this agent's key for epoch {Epoch}: ready for requests", EventName = "OnboardingEventSuccess")]
    public static partial void OnboardingEventSuccess(ILogger logger, long epoch);

    [LoggerMessage(31012, LogLevel.Information, "OffboardingEventStart: Offboarding starts: {Why}", EventName = "OffboardingEventStart")]
    public static partial void OffboardingEventStart(ILogger logger, string why);

    [LoggerMessage(31013, LogLevel.Information, "OffboardingEventSuccess: Writeback is disabled: no requests come until it is enabled again ('tagasi writeback enable')", EventName = "OffboardingEventSuccess")]
    public static partial void OffboardingEventSuccess(ILogger logger);

    [LoggerMessage(31014, LogLevel.Error, "OffboardingEventFail: Writeback was not disabled, {Problem}: {Detail}", EventName = "OffboardingEventFail")]
    public static partial void OffboardingEventFail(ILogger logger, string problem, string detail);

    [LoggerMessage(31017, LogLevel.Information, "AuthTokenSuccess: The service has accepted {Administrator} as an administrator", EventName = "AuthTokenSuccess")]
    public static partial void AuthTokenSuccess(ILogger logger, string administrator);

    [LoggerMessage(31018, LogLevel.Information, "KeyPairCreationSuccess: Made sealing key {KeyId} for epoch {Epoch}", EventName = "KeyPairCreationSuccess")]
    public static partial void KeyPairCreationSuccess(ILogger logger, string keyId, long epoch);

    [LoggerMessage(32005, LogLevel.Error, "ConfigurationError: The new sealing key cannot be kept: {Reason}. Free space in the state folder or give it back to the agent's account; until then no requests come", EventName = "ConfigurationError")]
    public static partial void ConfigurationError(ILogger logger, string reason);

    [LoggerMessage(32008, LogLevel.Error, "ValidationError: What {Service} answered is not of this protocol: {Detail}", EventName = "ValidationError")]
    public static partial void ValidationError(ILogger logger, Uri service, string detail);

    [LoggerMessage(32009, LogLevel.Error, "AuthTokenError: The service has not accepted the administrator, {Problem}. Synchronized accounts and administrators of other tenants may not do this", EventName = "AuthTokenError")]
    public static partial void AuthTokenError(ILogger logger, string problem);

    [LoggerMessage(32010, LogLevel.Error, "CryptoError: No sealing key could be made: {Reason}", EventName = "CryptoError")]
    public static partial void CryptoError(ILogger logger, string reason);

    [LoggerMessage(32011, LogLevel.Error, "OnBoardingServiceError: Enabling writeback failed on the way to {Service}, {Problem}: {Detail}", EventName = "OnBoardingServiceError")]
    public static partial void OnBoardingServiceError(ILogger logger, Uri service, string problem, string detail);

    [LoggerMessage(32013, LogLevel.Error, "OffBoardingError: Disabling writeback failed on the way to {Service}, {Problem}: {Detail}", EventName = "OffBoardingError")]
    public static partial void OffBoardingError(ILogger logger, Uri service, string problem, string detail);

    [LoggerMessage(32014, LogLevel.Warning, "ServiceBusWarning: The service does not speak protocol version {Version}; trying an older one", EventName = "ServiceBusWarning")]
    public static partial void TriesOlder(ILogger logger, int version);

    [LoggerMessage(32015, LogLevel.Warning, "ReportServiceHealthError: The heartbeat to {Service} failed: {Detail}", EventName = "ReportServiceHealthError")]
    public static partial void ReportServiceHealthError(ILogger logger, Uri service, string detail);

    [LoggerMessage(5105, LogLevel.Warning, "No requests come until this agent and these name each other in knownAgents: {Strangers}. Compare each key on its own host ('tagasi doctor') before you name it; this agent's is {KeyId}. Then restart. Revoke who is not yours or is no more ('tagasi-cloud agent revoke')")]
    public static partial void Waits(ILogger logger, string strangers, string keyId);

    [LoggerMessage(5106, LogLevel.Warning, "Other agents are enrolled for this tenant, and wait until they and this one name each other in knownAgents: {Strangers}. If they are yours, compare each key on its own host ('tagasi doctor') before you name it here; this agent's is {KeyId}. If not, revoke them ('tagasi-cloud agent revoke')")]
    public static partial void Strangers(ILogger logger, string strangers, string keyId);

    [LoggerMessage(5108, LogLevel.Warning, "Whether '{Action}' was carried out is not known, {Service} gave no answer to it, {Problem}: {Detail}. 'tagasi writeback status' says how it stands")]
    public static partial void DecisionUnknown(ILogger logger, OnboardingAction action, Uri service, string problem, string detail);

    [LoggerMessage(5104, LogLevel.Warning, "Connected to {Service}, but writeback is not enabled for the tenant: no requests come until an administrator runs 'tagasi writeback enable'")]
    public static partial void Idle(ILogger logger, Uri service);
}
