using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Audit;

/// <summary>Writes the audit log. What is written is written before the caller goes on.</summary>
internal sealed class AuditLog(IDbContextFactory<CloudDb> databases, TimeProvider time)
{
    public async Task WriteAsync(AuditEvent happened)
    {
        // Not cancellable: what happened has happened, whoever has stopped waiting.
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await WriteAsync(db, happened);
    }

    /// <summary>As above, within the caller's transaction.</summary>
    public async Task WriteAsync(CloudDb db, AuditEvent happened)
    {
        happened.At = time.GetUtcNow();
        db.AuditEvents.Add(happened);
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
