using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Import;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Relay;

/// <summary>Keeps this agent connected: connects, introduces itself, waits until the connection ends, and begins again.</summary>
internal sealed class RelayWorker(
    RelayConnector connector, RelayGreeter greeter, RequestRunner runner, UserImporter importer, RelayIntroduction introduction, TimeProvider time, ILogger<RelayWorker> logger) : BackgroundService
{
    /// <summary>Longer than any request runs.</summary>
    public static readonly TimeSpan StopPatience = RequestRunner.Deadline + TimeSpan.FromSeconds(3);

    private static readonly TimeSpan HeartBeat = TimeSpan.FromMinutes(5);

    // Of the cryptographic kind only because no other is at hand; the jitter is no secret.
    private readonly ReconnectBackoff backoff = new(() => RandomNumberGenerator.GetInt32(1_000_000) / 1_000_000.0);

    private bool hasFinished;

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
            catch (SealingKeyException)
            {
                // The log has it.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // A process edge: whatever the service sends must not end the agent.
                RelayLog.Unexpected(logger, introduction.Service, e);
            }

            await PauseAsync(IsForLong(failure) ? backoff.NextSlow() : backoff.Next(stoodFor), failure, stoppingToken);
        }

        // Without a connection too: what has come is finished.
        await FinishAsync();
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
        using var news = new SemaphoreSlim(0);
        using var subscription = connection.On<OnboardingState>(nameof(IAgentMethods.Onboarded), state => Hear(state, news));
        var greeting = await greeter.GreetAsync(connection, stopping);
        var began = time.GetTimestamp();
        Welcome(greeting);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var import = importer.KeepRunningAsync(connection, greeting.Version >= ProtocolVersion.Onboarding, ended.Token);
        try
        {
            await KeepGreetingAsync(connection, greeting, closed.Task, news, stopping);
        }
        finally
        {
            await ended.CancelAsync();
            await import;
        }

        if (stopping.IsCancellationRequested)
        {
            // The connection stays open meanwhile, so that the answers still go out.
            await FinishAsync();
            await connection.StopAsync(CancellationToken.None);
        }
        else
        {
            RelayLog.Lost(logger, introduction.Service, (await closed.Task)?.Message ?? "the service closed it");
        }

        return time.GetElapsedTime(began);
    }

    private void Welcome(Greeting greeting)
    {
        if (greeting.State is { IsEnabled: false })
        {
            OnboardingLog.Idle(logger, introduction.Service);
        }
        else if (!greeting.IsWaiting)
        {
            RelayLog.Ready(logger, introduction.Service, introduction.AgentId);
        }
    }

    // What is to be done about the news is found out by a hello, which also tells the service that they were heard.
    private void Hear(OnboardingState state, SemaphoreSlim news)
    {
        if (!state.IsEnabled)
        {
            OnboardingLog.OffboardingEventStart(logger, "the service has disabled writeback; leases are ended, what has begun is finished");
        }

        news.Release();
    }

    // Until the connection or the agent ends.
    private async Task KeepGreetingAsync(HubConnection connection, Greeting greeting, Task closed, SemaphoreSlim news, CancellationToken stopping)
    {
        while (!closed.IsCompleted && !stopping.IsCancellationRequested)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var heard = news.WaitAsync(ended.Token);
            var due = Task.Delay(HeartBeat, time, ended.Token);
            var first = await Task.WhenAny(closed, heard, due);
            await ended.CancelAsync();
            if (first == closed || stopping.IsCancellationRequested)
            {
                return;
            }

            try
            {
                greeting = await GreetAgainAsync(connection, greeting, isHeartBeat: first == due, stopping);
            }
            catch (Exception e) when (closed.IsCompleted || (e is OperationCanceledException && stopping.IsCancellationRequested))
            {
                return;
            }
        }
    }

    private async Task<Greeting> GreetAgainAsync(HubConnection connection, Greeting greeting, bool isHeartBeat, CancellationToken stopping)
    {
        try
        {
            var answer = await greeter.GreetAgainAsync(connection, greeting, stopping);
            if (isHeartBeat)
            {
                RelayLog.HeartBeat(logger, introduction.Service);
            }

            return answer;
        }
        catch (ServiceException e) when (isHeartBeat)
        {
            OnboardingLog.ReportServiceHealthError(logger, introduction.Service, e.Detail);
            throw;
        }
    }

    // An update mends these, and nothing else does.
    private static bool IsForLong(ServiceException? failure) => failure is not null && (failure.Problem == Problems.AgentTooOld || failure.Problem == Problems.ProtocolUnsupported);

    private async Task FinishAsync()
    {
        if (hasFinished)
        {
            return;
        }

        hasFinished = true;
        if (!await runner.StopAsync(StopPatience))
        {
            RelayLog.StoppedInHaste(logger);
        }
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
internal sealed record RelayIntroduction(Uri Service, EnrolmentRecord Enrolment, IReadOnlyList<string> Domains, IReadOnlyList<string> KnownAgents)
{
    public Guid AgentId => Enrolment.AgentId;

    /// <summary>Of the identity key.</summary>
    public string KeyId => Enrolment.IdentityKeyId();

    /// <param name="epoch">That the key was made for; null in the first hello of a connection.</param>
    public AgentHello Hello(int version, SealingKey key, long? epoch, DateTimeOffset now)
    {
        using var identity = Enrolment.ImportIdentityKey();
        return new(
            version, Enroller.Version, Environment.MachineName, Domains, key, now, epoch,
            epoch is { } of ? AgentIdentity.Sign(new AgentStatement(key, of, KnownAgents), identity) : null);
    }
}
