using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery;

/// <summary>Finds sessions and moves them. Of two that would move the same session, one does.</summary>
internal sealed class RecoverySessions(IDbContextFactory<CloudDb> databases, TimeProvider time)
{
    /// <summary>The live session of a cookie, or null. A session whose request is still open outlives its time, so that the person reads the end of it.</summary>
    public async Task<RecoverySession?> FindAsync(string? secret, CancellationToken cancellation)
    {
        if (secret is null or { Length: > 100 })
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        var hash = RecoverySession.HashSecret(secret);
        var now = time.GetUtcNow();
        var dayAgo = now - TimeSpan.FromDays(1);
        return await db.RecoverySessions.AsNoTracking().SingleOrDefaultAsync(
            session => session.SecretHash == hash
                && (session.ExpiresAt > now || ((session.Step == RecoveryStep.Running || session.Step == RecoveryStep.Unknown) && session.StartedAt > dayAgo)),
            cancellation);
    }

    /// <summary>Counts one try of a code, before the code is looked at, so that tries made at the same time count too.</summary>
    /// <returns>Whether the try was allowed.</returns>
    public async Task<bool> CountTryAsync(Guid sessionId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.RecoverySessions
            .Where(session => session.Id == sessionId && session.Step == RecoveryStep.CodeSent && session.Tries < RecoverySession.MaxTries)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.Tries, session => session.Tries + 1), cancellation) == 1;
    }

    /// <summary>Moves the session if it still stands at <paramref name="from"/>, as a step of its own.</summary>
    /// <returns>Whether this call moved it.</returns>
    public async Task<bool> MoveAsync(Guid sessionId, RecoveryStep from, RecoveryStep to, Problem? problem = null, DateTimeOffset? earliestChange = null)
    {
        // Not cancellable: a step that was taken is recorded, whoever has stopped waiting.
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        return await MoveAsync(db, sessionId, from, to, problem, earliestChange);
    }

    /// <summary>Moves the session if it still stands at <paramref name="from"/>, in the caller's transaction.</summary>
    /// <returns>Whether this call moved it.</returns>
    public async Task<bool> MoveAsync(CloudDb db, Guid sessionId, RecoveryStep from, RecoveryStep to, Problem? problem = null, DateTimeOffset? earliestChange = null)
    {
        if (!RecoverySession.CanMove(from, to))
        {
            throw new InvalidOperationException($"A recovery does not go from {from} to {to}.");
        }

        var code = problem?.Code;
        var now = time.GetUtcNow();
        // Who waited for an outcome past the session's time still reads it.
        var readableUntil = from is RecoveryStep.Running or RecoveryStep.Unknown ? now + TimeSpan.FromMinutes(5) : DateTimeOffset.UnixEpoch;
        DateTimeOffset? proven = to == RecoveryStep.Proven && from == RecoveryStep.CodeSent ? now : null;
        // An outcome is read after the session's time, but no further try begins: else one code would be good for as long as somebody keeps trying.
        var over = to is RecoveryStep.Running ? RecoverySession.OverIfStartedBy(now) : DateTimeOffset.UnixEpoch;
        return await db.RecoverySessions.Where(session => session.Id == sessionId && session.Step == from && session.StartedAt > over)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(session => session.Step, to)
                    .SetProperty(session => session.Problem, code)
                    .SetProperty(session => session.EarliestChange, earliestChange)
                    .SetProperty(session => session.ExpiresAt, session => session.ExpiresAt > readableUntil ? session.ExpiresAt : readableUntil)
                    .SetProperty(session => session.ProvenAt, session => proven ?? session.ProvenAt),
                CancellationToken.None) == 1;
    }
}
