using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Relay;

/// <summary>Takes revoked agents out of service within seconds, also when another process revoked them; notes of the others that they are here.</summary>
internal sealed partial class RevocationWatch(IDbContextFactory<CloudDb> databases, ConnectedAgents connected, TimeProvider time, ILogger<RevocationWatch> logger) : BackgroundService
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
                await CutRevokedAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A process edge: a busy database must not end the watch for good.
                LogFailed(e);
            }
        }
    }

    private async Task CutRevokedAsync(CancellationToken cancellation)
    {
        var present = connected.All;
        if (present.Count == 0)
        {
            return;
        }

        var ids = present.Select(agent => agent.AgentId).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var revoked = await db.Agents.Where(agent => ids.Contains(agent.Id) && agent.RevokedAt != null).Select(agent => agent.Id).ToListAsync(cancellation);
        foreach (var agent in present.Where(agent => revoked.Contains(agent.AgentId)))
        {
            connected.Remove(agent.ConnectionId);
            agent.Abort();
        }

        await NoteSeenAsync(db, ids, cancellation);
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

    [LoggerMessage(3001, LogLevel.Error, "Whether agents were revoked could not be read")]
    private partial void LogFailed(Exception e);
}
