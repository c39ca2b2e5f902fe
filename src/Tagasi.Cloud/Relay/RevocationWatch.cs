using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Relay;

/// <summary>Takes revoked agents out of service within seconds, also when another process revoked them.</summary>
internal sealed class RevocationWatch(IDbContextFactory<CloudDb> databases, ConnectedAgents connected, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var present = connected.All;
            if (present.Count == 0)
            {
                continue;
            }

            var ids = present.Select(agent => agent.AgentId).ToList();
            await using var db = await databases.CreateDbContextAsync(stoppingToken);
            var revoked = await db.Agents.Where(agent => ids.Contains(agent.Id) && agent.RevokedAt != null).Select(agent => agent.Id).ToListAsync(stoppingToken);
            foreach (var agent in present.Where(agent => revoked.Contains(agent.AgentId)))
            {
                connected.Remove(agent.ConnectionId);
                agent.Abort();
            }
        }
    }
}
