using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Relay;

/// <summary>Takes agents out of service within seconds that were revoked or are strangers to those before them, whichever process decided it; notes of the others that they are here.</summary>
internal sealed partial class AgentWatch(IDbContextFactory<CloudDb> databases, ConnectedAgents connected, TimeProvider time, ILogger<AgentWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Fresh enough for who asks whether an agent is connected, and no write more than that.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset noted;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await JudgeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A process edge: a busy database must not end the watch for good.
                LogFailed(e);
            }
        }
    }

    private async Task JudgeAsync(CancellationToken cancellation)
    {
        var present = connected.All;
        if (present.Count == 0)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        var all = await db.ReadAgentsAsync([.. present.Select(agent => agent.TenantId).Distinct()], cancellation);
        foreach (var agent in present)
        {
            if (all.FirstOrDefault(row => row.Id == agent.AgentId) is { } row)
            {
                Judge(agent, Acquaintance.Of(row, all).IsWaiting);
            }
            else
            {
                connected.Remove(agent.ConnectionId);
                agent.Abort();
            }
        }

        await NoteSeenAsync(db, [.. present.Select(agent => agent.AgentId)], cancellation);
    }

    // It is told of either by OnboardingWatch, and answers with a hello: who need not wait any more brings its key again.
    private static void Judge(ConnectedAgent agent, bool isWaiting)
    {
        if (isWaiting && agent.Epoch is not null)
        {
            agent.Wait();
            agent.Told = null;
        }
        else if (!isWaiting && agent.IsWaiting)
        {
            agent.Told = null;
        }
    }

    private async Task NoteSeenAsync(CloudDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now - noted >= SeenEvery)
        {
            await db.Agents.Where(agent => ids.Contains(agent.Id) && agent.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(agent => agent.LastSeenAt, now), cancellation);
            noted = now;
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "Whether agents were revoked, or know each other, could not be read")]
    private partial void LogFailed(Exception e);
}
