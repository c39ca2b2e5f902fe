using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;

namespace Tagasi.Cloud.Recovery;

/// <summary>Deletes recoveries that led to nothing, so that strangers who type names cannot fill the database, and the requests that nobody carried out. The others, and the audit log, stay.</summary>
internal sealed partial class RecoveryRetention(IDbContextFactory<CloudDb> databases, TimeProvider time, ILogger<RecoveryRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // The daily limits look back one day.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A process edge: tried again in an hour.
                LogFailed(e);
            }
        }
    }

    private async Task PurgeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var before = time.GetUtcNow() - Kept;
        await db.WritebackRequests.Where(request => request.State == RequestState.Issued && request.NotAfter < before).ExecuteDeleteAsync(cancellation);
        await db.RecoverySessions.Where(session => session.StartedAt < before && !db.WritebackRequests.Any(request => request.SessionId == session.Id)).ExecuteDeleteAsync(cancellation);
        await db.PendingEnrolments.Where(pending => pending.ExpiresAt < before).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(2001, LogLevel.Error, "Old recoveries could not be deleted")]
    private partial void LogFailed(Exception e);
}
