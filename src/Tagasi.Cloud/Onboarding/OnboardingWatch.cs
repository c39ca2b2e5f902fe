using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Onboarding;

/// <summary>Tells connected agents when their tenant's writeback is enabled or disabled, and ends leases that it no longer allows.</summary>
/// <remarks>It looks at the database, so that it does not matter which process made the change: its own tells at once, another's within seconds.</remarks>
internal sealed partial class OnboardingWatch(
    IDbContextFactory<CloudDb> databases, ConnectedAgents connected, AgentCalls calls, LeaseEnding leases, TimeProvider time, ILogger<OnboardingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Who does not read what is sent must not hold up the others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Looks once at the tenants of all connected agents.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var present = connected.All;
        if (present.Count == 0)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        var states = await db.ReadOnboardingAsync([.. present.Select(agent => agent.TenantId).Distinct()], cancellation);
        await Task.WhenAll(present.Where(agent => states.ContainsKey(agent.TenantId)).Select(agent => TellAsync(agent, states[agent.TenantId], cancellation)));
        await leases.BeginAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A process edge: a busy database must not end the watch for good.
                LogFailed(e);
            }
        }
    }

    private async Task TellAsync(ConnectedAgent agent, OnboardingState state, CancellationToken cancellation)
    {
        if (agent.Told == state)
        {
            return;
        }

        if (agent.ProtocolVersion >= ProtocolVersion.Onboarding)
        {
            try
            {
                await calls.TellAsync(agent, state, cancellation).WaitAsync(Patience, time, cancellation);
                agent.Told = state;
            }
            catch (TimeoutException)
            {
                agent.Abort();
            }
        }
        else if (state.IsEnabled)
        {
            // It knows nothing of epochs. When it comes back, its hello is judged by the new one.
            agent.Abort();
        }
    }

    [LoggerMessage(3002, LogLevel.Error, "Whether writeback was enabled or disabled could not be read or told")]
    private partial void LogFailed(Exception e);
}
