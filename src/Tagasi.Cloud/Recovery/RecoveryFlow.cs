using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery;

/// <summary>A recovery from the user principal name through the gates. What comes after is in <see cref="NewPassword"/>.</summary>
/// <remarks>Whether the account exists shows nowhere: each call does the same work for a name that means nobody.</remarks>
internal sealed class RecoveryFlow(IDbContextFactory<CloudDb> databases, RecoverySessions sessions, EmailCodes codes, AuditLog audit, TimeProvider time)
{
    /// <summary>Why no recovery can begin for a name of this domain; null: one can. Looks at the domain alone, so that it tells nothing of accounts.</summary>
    public async Task<Problem?> FindClosedAsync(string userPrincipalName, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.FindClosedTenantAsync(userPrincipalName, cancellation) is not { } tenantId)
        {
            return null;
        }

        await audit.WriteAsync(new AuditEvent
        {
            TenantId = tenantId,
            Activity = Activities.Blocked,
            IsSuccess = false,
            Actor = UserLookup.Nameless(tenantId, UserLookup.SuffixOf(userPrincipalName)),
            Problem = Problems.WritebackDisabled.Code,
        });
        return Problems.WritebackDisabled;
    }

    /// <summary>Begins a recovery and sends the code, if there is anybody to send it to.</summary>
    /// <returns>The session's secret, for the cookie.</returns>
    public async Task<string> StartAsync(string userPrincipalName, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (tenantId, user, actor, isAmbiguous) = await db.FindUserAsync(userPrincipalName, cancellation);
        var now = time.GetUtcNow();
        var userId = user?.Id ?? Guid.Empty;
        // Counted and added in one: of starts side by side none passes over the others.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // No more of them than matter: how many there are must not show in the time.
        var today = await db.RecoverySessions.Where(earlier => earlier.UserId == userId && earlier.StartedAt > now - TimeSpan.FromDays(1))
            .OrderBy(earlier => earlier.StartedAt).Take(RecoverySession.MaxCodesPerDay).CountAsync(cancellation);
        var isReachable = user is { RecoveryMail: not null } && today < RecoverySession.MaxCodesPerDay;

        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var code = EmailCodes.Create();
        var session = new RecoverySession
        {
            TenantId = tenantId,
            UserId = user?.Id,
            Actor = actor,
            TypedName = RecoverySession.SealName(secret, userPrincipalName),
            SecretHash = RecoverySession.HashSecret(secret),
            // A code that is not sent can be guessed by nobody.
            CodeHash = isReachable ? RecoverySession.HashCode(secret, code) : RecoverySession.HashCode(EmailCodes.Unguessable(), code),
            StartedAt = now,
            ExpiresAt = now + RecoverySession.Lifetime,
        };
        db.RecoverySessions.Add(session);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);

        codes.Send(isReachable ? user!.RecoveryMail : null, code);
        await audit.WriteAsync(Event(session, Activities.Progress, isReachable, WhyNotSent(isAmbiguous, user, today)));
        return secret;
    }

    /// <summary>Where the session stands; null when there is none or it has expired.</summary>
    public async Task<RecoveryView?> ViewAsync(string? secret, CancellationToken cancellation)
    {
        if (await sessions.FindAsync(secret, cancellation) is not { } session)
        {
            return null;
        }

        var view = new RecoveryView(session.Step, session.OpenName(secret!), session.Problem is null ? null : Problems.ByCode(session.Problem), session.EarliestChange, null, null, session.IsOver(time.GetUtcNow()));
        if (session.ProvenAt is null)
        {
            return view;
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        return view with
        {
            TenantName = await db.Tenants.Where(t => t.Id == session.TenantId).Select(t => t.Name).SingleAsync(cancellation),
            Applied = session.Step is RecoveryStep.Applied ? await db.WritebackRequests.Where(r => r.SessionId == session.Id && r.State == RequestState.Applied).OrderByDescending(r => r.LeasedAt).Select(r => r.Operation).FirstAsync(cancellation) : null,
        };
    }

    /// <summary>Checks the code that was sent.</summary>
    /// <returns>Null when it is right; else code-wrong, too-many-tries or session-expired.</returns>
    public async Task<Problem?> ProveAsync(string? secret, string code, CancellationToken cancellation)
    {
        if (await sessions.FindAsync(secret, cancellation) is not { Step: RecoveryStep.CodeSent } session)
        {
            return Problems.SessionExpired;
        }

        if (!await sessions.CountTryAsync(session.Id, cancellation))
        {
            return await EndAsync(session, Problems.TooManyTries);
        }

        var isRight = CryptographicOperations.FixedTimeEquals(RecoverySession.HashCode(secret!, EmailCodes.Clean(code)), session.CodeHash);
        if (isRight && session.UserId is not null && session.StartedAt + RecoverySession.CodeLifetime > time.GetUtcNow())
        {
            var isFirst = await sessions.MoveAsync(session.Id, RecoveryStep.CodeSent, RecoveryStep.Proven);
            await audit.WriteAsync(Event(session, Activities.Progress, isFirst, isFirst ? "email code accepted" : "email code used twice"));
            return isFirst ? null : Problems.SessionExpired;
        }

        if (session.Tries + 1 >= RecoverySession.MaxTries)
        {
            return await EndAsync(session, Problems.TooManyTries);
        }

        await audit.WriteAsync(Event(session, Activities.Progress, false, "wrong email code", Problems.CodeWrong));
        return Problems.CodeWrong;
    }

    private async Task<Problem> EndAsync(RecoverySession session, Problem problem)
    {
        if (await sessions.MoveAsync(session.Id, RecoveryStep.CodeSent, RecoveryStep.Ended, problem))
        {
            await audit.WriteAsync(Event(session, Activities.Blocked, false, "too many wrong email codes", problem));
        }

        return problem;
    }

    private static string WhyNotSent(bool isAmbiguous, User? user, int today) =>
        user is null ? isAmbiguous ? "the name is ambiguous: several users have it, and none can recover" : "no such user"
        : user.RecoveryMail is null ? "the user has no recovery address"
        : today >= RecoverySession.MaxCodesPerDay ? "the user's codes for today are used up"
        : "email code sent";

    private static AuditEvent Event(RecoverySession session, string activity, bool isSuccess, string detail, Problem? problem = null) => new()
    {
        TenantId = session.TenantId,
        Activity = activity,
        IsSuccess = isSuccess,
        Actor = session.Actor,
        UserId = session.UserId,
        CorrelationId = session.Id,
        Problem = problem?.Code,
        Detail = detail,
    };
}
