using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Audit;

/// <summary>Writes the audit log. What is written is written before the caller goes on.</summary>
internal sealed class AuditLog(IDbContextFactory<CloudDb> databases, TimeProvider time)
{
    public async Task WriteAsync(AuditEvent happened)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await WriteAsync(db, happened);
    }

    /// <summary>Writes in the caller's transaction, so that what happened and its entry stand or fall together.</summary>
    public async Task WriteAsync(CloudDb db, AuditEvent happened)
    {
        // Not cancellable: what happened has happened, whoever has stopped waiting.
        happened.At = time.GetUtcNow();
        happened.Actor = PlainText.Of(happened.Actor);
        happened.Detail = happened.Detail is { } detail ? PlainText.Of(detail) : null;
        db.AuditEvents.Add(happened);
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
