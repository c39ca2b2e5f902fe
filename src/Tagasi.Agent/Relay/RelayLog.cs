using Microsoft.Extensions.Logging;

namespace Tagasi.Agent.Relay;

/// <summary>The connection's events, with the published ids where there is one.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(31015, LogLevel.Information, "WriteBackServiceStarted: Connected to {Service} as agent {AgentId} and ready for requests", EventName = "WriteBackServiceStarted")]
    public static partial void Ready(ILogger logger, Uri service, Guid agentId);

    [LoggerMessage(31016, LogLevel.Information, "WriteBackServiceStopped: Stopped; no more requests are taken", EventName = "WriteBackServiceStopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(31019, LogLevel.Information, "ServiceBusHeartBeat: Still connected to {Service}", EventName = "ServiceBusHeartBeat")]
    public static partial void HeartBeat(ILogger logger, Uri service);

    [LoggerMessage(31034, LogLevel.Warning, "ServiceBusListenerError: The connection to {Service} ended: {Reason}", EventName = "ServiceBusListenerError")]
    public static partial void Lost(ILogger logger, Uri service, string reason);

    [LoggerMessage(32001, LogLevel.Error, "ServiceError: The service at {Service} refused, {Problem}: {Detail}. {Remedy} Next try in {Delay}", EventName = "ServiceError")]
    public static partial void Refused(ILogger logger, Uri service, string problem, string detail, string remedy, TimeSpan delay);

    [LoggerMessage(32002, LogLevel.Warning, "ServiceBusError: The service at {Service} is not reached, {Problem}: {Detail}. {Remedy} Next try in {Delay}", EventName = "ServiceBusError")]
    public static partial void Unreachable(ILogger logger, Uri service, string problem, string detail, string remedy, TimeSpan delay);

    [LoggerMessage(32000, LogLevel.Error, "UnknownError: The connection to {Service} failed unexpectedly; it is tried again. Please report this", EventName = "UnknownError")]
    public static partial void Unexpected(ILogger logger, Uri service, Exception e);

    [LoggerMessage(5101, LogLevel.Warning, "The clock here and the service's differ by {Seconds:0} s: tickets may be refused. Synchronise the host's clock")]
    public static partial void ClockDiffers(ILogger logger, double seconds);

    [LoggerMessage(5102, LogLevel.Warning, "Stopped while requests were running; the next start finds out what became of them")]
    public static partial void StoppedInHaste(ILogger logger);
}
