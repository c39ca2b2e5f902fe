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

namespace Tagasi.Cloud.Recovery;

/// <summary>A recovery after the gates: the rules, the ticket, the sealed password, the outcome.</summary>
/// <remarks>Nothing here is reached by a session that is not proven.</remarks>
internal sealed class NewPassword(
    IDbContextFactory<CloudDb> databases, RecoverySessions sessions, ConnectedAgents agents, AgentCalls calls, TicketIssuer tickets, RequestRunner runner, AuditLog audit, TimeProvider time)
{
    /// <summary>Asks an agent of the user's domain for the rules.</summary>
    public async Task<PreflightView> PreflightAsync(string? secret, CancellationToken cancellation)
    {
        if (await FindProvenAsync(secret, cancellation) is not ({ } session, { } user))
        {
            return Refuse(Problems.SessionExpired);
        }

        var view = await AskAsync(user);
        if (view.Problem is { } problem)
        {
            await audit.WriteAsync(Event(session, problem));
            // Who is locked out can still be unlocked where the password may not be set yet.
            if (!TryAgain.IsWorthwhile(problem) && !view.CanUnlock)
            {
                await sessions.MoveAsync(session.Id, RecoveryStep.Proven, RecoveryStep.Ended, problem, view.EarliestChange);
            }
        }

        return view;
    }

    /// <summary>Issues a ticket for one try, with the keys to seal to.</summary>
    /// <param name="operation">One that a person may ask for.</param>
    public async Task<TicketView> IssueTicketAsync(string? secret, Operation operation, CancellationToken cancellation)
    {
        if (await FindProvenAsync(secret, cancellation) is not ({ } session, { } user))
        {
            return new TicketView(Problems.SessionExpired, null, []);
        }

        var tenant = await ReadTenantAsync(user.TenantId, cancellation);
        var present = agents.For(user.TenantId, user.Domain, tenant.Epoch);
        var recipients = present.Where(agent => agent.Knows(operation)).Select(agent => agent.SealingKey).Take(Envelope.MaxKeys).ToList();
        var problem = !tenant.IsOpen ? Problems.WritebackDisabled
            : present.Count == 0 ? Problems.AgentOffline
            : recipients.Count == 0 ? Problems.OperationUnsupported
            : operation is Operation.Unlock && !tenant.AllowsUnlock ? Problems.UnlockNotAllowed
            : null;
        if (problem is null)
        {
            if (await tickets.IssueAsync(TicketOrder.For(session, user, operation), tenant.Epoch, cancellation) is { } request)
            {
                return new TicketView(null, request.Ticket, recipients);
            }

            problem = Problems.RequestOpen;
        }

        await audit.WriteAsync(Event(session, problem, operation));
        return new TicketView(problem, null, []);
    }

    /// <summary>Hands the sealed password to an agent and waits for the outcome, within the deadline.</summary>
    public async Task<OutcomeView> SubmitAsync(string? secret, string ticket, Envelope? envelope, CancellationToken cancellation)
    {
        var session = await sessions.FindAsync(secret, cancellation);
        if (session is null || (session.Step is RecoveryStep.Proven && session.IsOver(time.GetUtcNow())))
        {
            return new OutcomeView(RecoveryStep.Ended, Problems.SessionExpired, null);
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        var request = await db.WritebackRequests.AsNoTracking().SingleOrDefaultAsync(r => r.SessionId == session.Id && r.Ticket == ticket && r.State == RequestState.Issued, cancellation);
        if (request is null || session.Step != RecoveryStep.Proven || (envelope is null) != IsWithoutPassword(request.Operation))
        {
            if (request is not null || !await db.WritebackRequests.AnyAsync(r => r.SessionId == session.Id && r.Ticket == ticket, cancellation))
            {
                // Not a double click: altered, another session's, or without what its operation takes.
                await audit.WriteAsync(Event(session, Problems.TicketInvalid));
                return new OutcomeView(session.Step, Problems.TicketInvalid, null);
            }

            return await OutcomeAsync(secret, cancellation);
        }

        // From here on nothing is cancelled with the browser's connection: the outcome is recorded whoever waits for it.
        var recorded = await runner.CarryOutAsync(request, envelope);
        var outcome = await OutcomeAsync(secret, CancellationToken.None);
        return recorded is not null && outcome.Step == RecoveryStep.Proven ? outcome with { Problem = recorded.Problem } : outcome;
    }

    /// <summary>What became of the latest try.</summary>
    public async Task<OutcomeView> OutcomeAsync(string? secret, CancellationToken cancellation) =>
        await sessions.FindAsync(secret, cancellation) is { ProvenAt: not null } session
            ? new OutcomeView(session.Step, session.Problem is null ? null : Problems.ByCode(session.Problem), session.EarliestChange)
            : new OutcomeView(RecoveryStep.Ended, Problems.SessionExpired, null);

    private async Task<PreflightView> AskAsync(User user)
    {
        var tenant = await ReadTenantAsync(user.TenantId, CancellationToken.None);
        if (!tenant.IsOpen)
        {
            return Refuse(Problems.WritebackDisabled);
        }

        var present = agents.For(user.TenantId, user.Domain, tenant.Epoch);
        if (present.Count == 0)
        {
            return Refuse(Problems.AgentOffline);
        }

        var (agent, reply) = await calls.PreflightAsync(present, user);
        if (reply is null)
        {
            return Refuse(Problems.AgentTimeout);
        }

        var isLockedOut = reply.State is { IsLockedOut: true };
        var canUnlock = isLockedOut && agent.Knows(Operation.Unlock) && tenant.AllowsUnlock;
        return new PreflightView(
            reply.Problem is null ? null : Problems.ByCode(reply.Problem), reply.Policy, reply.EarliestChange, reply.NameParts,
            isLockedOut, canUnlock, agent.Knows(Operation.Change), reply.State is { MustChange: true });
    }

    private async Task<TenantState> ReadTenantAsync(Guid tenantId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.ReadOnboardingAsync(tenantId, cancellation);
    }

    private async Task<(RecoverySession? Session, User? User)> FindProvenAsync(string? secret, CancellationToken cancellation)
    {
        if (await sessions.FindAsync(secret, cancellation) is not { Step: RecoveryStep.Proven, UserId: { } userId } session || session.IsOver(time.GetUtcNow()))
        {
            return (null, null);
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (session, await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId && user.TenantId == session.TenantId && user.RemovedAt == null, cancellation));
    }

    private static bool IsWithoutPassword(Operation operation) => !operation.NeedsNewPassword() && !operation.NeedsCurrentPassword();

    private static PreflightView Refuse(Problem problem) => new(problem, null, null, []);

    private static AuditEvent Event(RecoverySession session, Problem problem, Operation operation = Operation.Reset) => new()
    {
        TenantId = session.TenantId,
        Activity = Activities.Of(operation),
        IsSuccess = false,
        Actor = session.Actor,
        UserId = session.UserId,
        CorrelationId = session.Id,
        Problem = problem.Code,
    };
}
