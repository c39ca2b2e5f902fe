using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Administration;

/// <summary>What became of an administrator's reset.</summary>
/// <param name="EarliestChange">With password-too-recent, in the first answer.</param>
internal sealed record ResetView(RequestState State, Problem? Problem, DateTimeOffset? EarliestChange = null);

/// <summary>Whether an administrator's reset would be of use.</summary>
/// <param name="Problem">What stands in the way; null: nothing.</param>
/// <param name="EarliestChange">From when on, where that is known.</param>
/// <param name="Policy">Where the rules are known.</param>
internal sealed record ResetPreflight(Problem? Problem, DateTimeOffset? EarliestChange, PolicyRules? Policy);

/// <summary>A cloud administrator gives a person of the own tenant a new password, which must be changed at the next logon.</summary>
/// <remarks>The password is made and sealed in the administrator's browser. Every method looks in the administrator's tenant alone.</remarks>
internal sealed class AdministratorReset(
    IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, TicketIssuer tickets, RequestRunner runner, AuditLog audit)
{
    /// <summary>A person of the administrator's tenant, or null.</summary>
    public async Task<User?> FindAsync(Administrator by, Guid userId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId && user.TenantId == by.TenantId && user.RemovedAt == null, cancellation);
    }

    /// <summary>Asks an agent whether it would, and for the shortest length.</summary>
    public async Task<ResetPreflight> PreflightAsync(User user, CancellationToken cancellation)
    {
        var (able, problem, _) = await FindAgentsAsync(user, cancellation);
        if (problem is not null)
        {
            return new(problem, null, null);
        }

        var (_, reply) = await calls.PreflightAsync(able, user);
        return reply is null ? new(Problems.AgentTimeout, null, null) : new(reply.Problem is null ? null : Problems.ByCode(reply.Problem), reply.EarliestChange, reply.Policy);
    }

    /// <summary>A ticket for one reset and the keys to seal to, or why there is none.</summary>
    public async Task<(Problem? Problem, WritebackRequest? Request, IReadOnlyList<SealingKey> Recipients)> IssueAsync(Administrator by, User user, CancellationToken cancellation)
    {
        var (able, problem, epoch) = await FindAgentsAsync(user, cancellation);
        if (problem is null)
        {
            if (await tickets.IssueAsync(TicketOrder.For(by, user), epoch, cancellation) is { } request)
            {
                return (null, request, [.. able.Select(candidate => candidate.SealingKey).Take(Envelope.MaxKeys)]);
            }

            problem = Problems.RequestOpen;
        }

        await audit.WriteAsync(new AuditEvent
        {
            TenantId = by.TenantId,
            Activity = Activities.AdministratorReset,
            IsSuccess = false,
            Actor = by.Name,
            UserId = user.Id,
            Problem = problem!.Code,
        });
        return (problem, null, []);
    }

    /// <summary>Hands the sealed password to an agent and waits for the outcome, within the deadline.</summary>
    /// <returns>Null when the ticket is not one that this administrator was given.</returns>
    public async Task<ResetView?> SubmitAsync(Administrator by, string ticket, Envelope envelope, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var request = await Of(db, by).SingleOrDefaultAsync(candidate => candidate.Ticket == ticket, cancellation);
        if (request is null)
        {
            return null;
        }

        // The outcome is recorded whoever waits for it.
        var recorded = request.State is RequestState.Issued ? await runner.CarryOutAsync(request, envelope) : null;
        return await LookAsync(by, ticket, CancellationToken.None) is { } view ? view with { EarliestChange = recorded?.EarliestChange } : null;
    }

    /// <summary>What became of a reset, by its ticket.</summary>
    public async Task<ResetView?> LookAsync(Administrator by, string ticket, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Of(db, by).SingleOrDefaultAsync(candidate => candidate.Ticket == ticket, cancellation) is { } request
            ? new ResetView(request.State, request.State is RequestState.Issued ? Problems.TicketExpired : request.Problem is null ? null : Problems.ByCode(request.Problem))
            : null;
    }

    private static IQueryable<WritebackRequest> Of(CloudDb db, Administrator by) =>
        db.WritebackRequests.AsNoTracking().Where(request => request.TenantId == by.TenantId && request.Operation == Operation.AdministratorReset && request.AskedBy == by.Name);

    // Those that know the operation, or what stands in the way.
    private async Task<(IReadOnlyList<ConnectedAgent> Able, Problem? Problem, long Epoch)> FindAgentsAsync(User user, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tenant = await db.ReadOnboardingAsync(user.TenantId, cancellation);
        var present = tenant.IsOpen ? agents.For(user.TenantId, user.Domain, tenant.Epoch) : [];
        IReadOnlyList<ConnectedAgent> able = [.. present.Where(agent => agent.Knows(Operation.AdministratorReset))];
        return (able, able.Count > 0 ? null : !tenant.IsOpen ? Problems.WritebackDisabled : present.Count == 0 ? Problems.AgentOffline : Problems.OperationUnsupported, tenant.Epoch);
    }
}
