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
internal sealed record ResetView(RequestState State, Problem? Problem);

/// <summary>A cloud administrator gives a person of the own tenant a new password, which must be changed at the next logon.</summary>
/// <remarks>The password is made and sealed in the administrator's browser. Every method looks in the administrator's tenant alone.</remarks>
internal sealed class AdministratorReset(
    IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, TicketIssuer tickets, RequestRunner runner, AuditLog audit)
{
    private static readonly TimeSpan PreflightDeadline = TimeSpan.FromSeconds(8);

    /// <summary>A person of the administrator's tenant, or null.</summary>
    public async Task<User?> FindAsync(Administrator by, Guid userId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId && user.TenantId == by.TenantId && user.RemovedAt == null, cancellation);
    }

    /// <summary>Asks an agent whether it would, and for the shortest length.</summary>
    /// <returns>What stands in the way, or null, and the rules where they are known.</returns>
    public async Task<(Problem? Problem, PolicyRules? Policy)> PreflightAsync(User user, CancellationToken cancellation)
    {
        var (agent, problem) = await FindAgentAsync(user, cancellation);
        if (agent is null)
        {
            return (problem, null);
        }

        try
        {
            var reply = await calls.PreflightAsync(agent, agent.PreflightOf(user), PreflightDeadline);
            return (reply.Problem is null ? null : Problems.ByCode(reply.Problem), reply.Policy);
        }
        catch (AgentCallException)
        {
            return (Problems.AgentTimeout, null);
        }
    }

    /// <summary>A ticket for one reset and the keys to seal to, or why there is none.</summary>
    public async Task<(Problem? Problem, WritebackRequest? Request, IReadOnlyList<SealingKey> Recipients)> IssueAsync(Administrator by, User user, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tenant = await db.ReadOnboardingAsync(user.TenantId, cancellation);
        var (agent, problem) = await FindAgentAsync(user, cancellation);
        if (agent is not null)
        {
            if (await tickets.IssueAsync(TicketOrder.For(by, user), tenant.Epoch, cancellation) is { } request)
            {
                return (null, request, [.. agents.For(user.TenantId, user.Domain, tenant.Epoch).Where(candidate => candidate.Knows(Operation.AdministratorReset)).Select(candidate => candidate.SealingKey).Take(Envelope.MaxKeys)]);
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

        if (request.State is RequestState.Issued)
        {
            // The outcome is recorded whoever waits for it.
            await runner.CarryOutAsync(request, envelope);
        }

        return await LookAsync(by, ticket, CancellationToken.None);
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

    private async Task<(ConnectedAgent? Agent, Problem? Problem)> FindAgentAsync(User user, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tenant = await db.ReadOnboardingAsync(user.TenantId, cancellation);
        if (!tenant.IsOpen)
        {
            return (null, Problems.WritebackDisabled);
        }

        var present = agents.For(user.TenantId, user.Domain, tenant.Epoch);
        return present.FirstOrDefault(agent => agent.Knows(Operation.AdministratorReset)) is { } knowing ? (knowing, null)
            : (null, present.Count == 0 ? Problems.AgentOffline : Problems.OperationUnsupported);
    }
}
