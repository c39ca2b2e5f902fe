using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Onboarding;

/// <summary>Tells connected agents when their tenant's writeback is enabled or disabled, and ends leases that it no longer allows.</summary>
/// <remarks>It looks at the database, so that it does not matter which process made the change: its own tells at once, another's within seconds.</remarks>
internal sealed partial class OnboardingWatch(
    IDbContextFactory<CloudDb> databases, ConnectedAgents connected, AgentCalls calls, LeaseEnding leases, TimeProvider time, ILogger<OnboardingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Looks once at the tenants of all connected agents.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var agents in connected.All.GroupBy(agent => agent.TenantId))
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            var state = await db.ReadOnboardingAsync(agents.Key, cancellation);
            foreach (var agent in agents)
            {
                await TellAsync(agent, state, cancellation);
                await leases.BeginAsync(agent, state, cancellation);
            }
        }
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

    private async Task TellAsync(ConnectedAgent agent, TenantState state, CancellationToken cancellation)
    {
        if (agent.Told == state.ForAgents)
        {
            return;
        }

        if (agent.ProtocolVersion >= ProtocolVersion.Onboarding)
        {
            await calls.TellAsync(agent, state.ForAgents, cancellation);
            agent.Told = state.ForAgents;
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
