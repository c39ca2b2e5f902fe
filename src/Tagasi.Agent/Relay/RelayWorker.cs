using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Import;
using Tagasi.Agent.Service;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Relay;

/// <summary>Keeps this agent connected: connects, introduces itself, waits until the connection ends, and begins again.</summary>
internal sealed class RelayWorker(
    RelayConnector connector, RequestRunner runner, UserImporter importer, RelayIntroduction introduction, TimeProvider time, ILogger<RelayWorker> logger) : BackgroundService
{
    /// <summary>Longer than any request runs.</summary>
    public static readonly TimeSpan StopPatience = RequestRunner.Deadline + TimeSpan.FromSeconds(3);

    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HeartBeat = TimeSpan.FromMinutes(5);

    // Of the cryptographic kind only because no other is at hand; the jitter is no secret.
    private readonly ReconnectBackoff backoff = new(() => RandomNumberGenerator.GetInt32(1_000_000) / 1_000_000.0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var stoodFor = TimeSpan.Zero;
            ServiceException? failure = null;
            try
            {
                await using var connection = await connector.ConnectAsync(time, stoppingToken);
                stoodFor = await ServeAsync(connection, stoppingToken);
            }
            catch (ServiceException e)
            {
                failure = e;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }

            await PauseAsync(backoff.Next(stoodFor), failure, stoppingToken);
        }

        RelayLog.Stopped(logger);
    }

    /// <returns>How long the connection stood.</returns>
    private async Task<TimeSpan> ServeAsync(HubConnection connection, CancellationToken stopping)
    {
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += e =>
        {
            closed.TrySetResult(e);
            return Task.CompletedTask;
        };
        await SayHelloAsync(connection, stopping);
        var began = time.GetTimestamp();
        RelayLog.Ready(logger, introduction.Service, introduction.AgentId);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var import = importer.KeepRunningAsync(connection, ended.Token);
        try
        {
            await WaitForEndAsync(closed.Task, stopping);
        }
        finally
        {
            await ended.CancelAsync();
            await import;
        }

        if (stopping.IsCancellationRequested)
        {
            await FinishAsync(connection);
        }
        else
        {
            RelayLog.Lost(logger, introduction.Service, (await closed.Task)?.Message ?? "the service closed it");
        }

        return time.GetElapsedTime(began);
    }

    private async Task SayHelloAsync(HubConnection connection, CancellationToken stopping)
    {
        HelloReply reply;
        try
        {
            reply = await connection.InvokeAsync<HelloReply>(nameof(IRelayMethods.Hello), introduction.Hello(time.GetUtcNow()), stopping).WaitAsync(HelloTimeout, time, stopping);
        }
        catch (Exception e) when (!(e is OperationCanceledException && stopping.IsCancellationRequested))
        {
            throw new ServiceException(Problems.ServiceUnreachable, "no answer to hello: " + e.Message, e);
        }

        if (!reply.Accepted)
        {
            throw new ServiceException(Problems.ByCode(reply.Problem ?? ""), "the service does not work with this agent");
        }
    }

    private async Task WaitForEndAsync(Task closed, CancellationToken stopping)
    {
        while (!closed.IsCompleted && !stopping.IsCancellationRequested)
        {
            try
            {
                await closed.WaitAsync(HeartBeat, time, stopping);
            }
            catch (TimeoutException)
            {
                RelayLog.HeartBeat(logger, introduction.Service);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // The connection stays open meanwhile, so that the answers still go out.
    private async Task FinishAsync(HubConnection connection)
    {
        if (!await runner.StopAsync(StopPatience))
        {
            RelayLog.StoppedInHaste(logger);
        }

        await connection.StopAsync(CancellationToken.None);
    }

    private async Task PauseAsync(TimeSpan delay, ServiceException? failure, CancellationToken stopping)
    {
        if (failure is not null)
        {
            Action<ILogger, Uri, string, string, string, TimeSpan> log = failure.Problem == Problems.ServiceUnreachable ? RelayLog.Unreachable : RelayLog.Refused;
            log(logger, introduction.Service, failure.Problem.Code, failure.Detail, failure.Problem.Remedy, delay);
        }

        try
        {
            await Task.Delay(delay, time, stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }
}

/// <summary>Whom the agent says it is.</summary>
internal sealed record RelayIntroduction(Uri Service, Guid AgentId, IReadOnlyList<string> Domains, SealingKey SealingKey)
{
    public AgentHello Hello(DateTimeOffset now) =>
        new(ProtocolVersion.Current, Enroller.Version, Environment.MachineName, Domains, SealingKey, now);
}
