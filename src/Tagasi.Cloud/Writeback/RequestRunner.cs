using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Writeback;

/// <summary>Leases a request to one agent, hands it over, and records the answer. An answer that does not come is unknown.</summary>
internal sealed partial class RequestRunner(
    IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, RecoverySessions sessions, RequestOutcomes outcomes, TimeProvider time, ILogger<RequestRunner> logger)
{
    /// <summary>An agent answers within 15 s, whatever its directory does; the rest is for the way.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Carries out a request that nobody has leased yet.</summary>
    /// <returns>The recorded outcome; null when somebody else has the request, or had it.</returns>
    public async Task<RecordedOutcome?> CarryOutAsync(WritebackRequest request, Envelope? envelope)
    {
        var present = agents.For(request.TenantId, request.Domain, request.Epoch);
        var agent = present.FirstOrDefault(candidate => CanCarryOut(candidate, request, envelope));
        if (agent is null || !await LeaseAsync(request, agent.AgentId))
        {
            // Too late, or another request for the account came first: closed, so that it is not carried out after all once this was told.
            return await outcomes.RefuseUnleasedAsync(request, await FindClosedAsync(request) ?? (agent is null ? Problems.AgentOffline : Problems.TicketExpired));
        }

        request.AgentId = agent.AgentId;
        try
        {
            var answer = await calls.CarryOutAsync(agent, Address(request, envelope, agent, present), Deadline);
            var recorded = await outcomes.RecordAsync(request, answer);
            if (recorded is not null)
            {
                calls.Note(agent, request.Domain, recorded.State is RequestState.Unknown ? Problems.DirectoryUnavailable.Code : recorded.Problem?.Code);
            }

            return recorded;
        }
        catch (AgentCallException e)
        {
            LogNoAnswer(request.Id, agent.AgentId, e);
            calls.Note(agent, request.Domain, Problems.AgentTimeout.Code);
            return await outcomes.RecordUnknownAsync(request);
        }
    }

    // Of the envelope's keys only those of agents that are here travel on, each but the reader's own with its agent's word: the reader judges whether it knows them all.
    private static WritebackOrder Address(WritebackRequest request, Envelope? envelope, ConnectedAgent to, IReadOnlyList<ConnectedAgent> present)
    {
        if (envelope is null)
        {
            return new WritebackOrder(request.Ticket, null);
        }

        IReadOnlyList<ConnectedAgent> others = [.. present.Where(other => other != to && other.Recipient is not null && envelope.Keys.Any(key => key.KeyId == other.SealingKey.KeyId))];
        var keys = envelope.Keys.Where(key => key.KeyId == to.SealingKey.KeyId || others.Any(other => other.SealingKey.KeyId == key.KeyId));
        return new WritebackOrder(request.Ticket, envelope with { Keys = [.. keys] }, others.Count == 0 ? null : [.. others.Select(other => other.Recipient!)]);
    }

    private async Task<Problem?> FindClosedAsync(WritebackRequest request)
    {
        await using var db = await databases.CreateDbContextAsync();
        var tenant = await db.ReadOnboardingAsync(request.TenantId, CancellationToken.None);
        // Of an earlier epoch: another try gets a ticket of this one.
        return !tenant.IsOpen ? Problems.WritebackDisabled
            : request.Operation is Operation.Unlock && !tenant.AllowsUnlock ? Problems.UnlockNotAllowed
            : tenant.Epoch != request.Epoch ? Problems.NotCarriedOut : null;
    }

    // Without a password any agent that knows the operation will do.
    private static bool CanCarryOut(ConnectedAgent agent, WritebackRequest request, Envelope? envelope) =>
        agent.Knows(request.Operation) && (envelope is null || envelope.Keys.Any(key => key.KeyId == agent.SealingKey.KeyId));

    // One transaction: a request that is leased and a recovery that runs are one thing. Of two requests for one account, whoever
    // asks and wherever, one is leased at a time. Whether the tenant still writes back, in the ticket's epoch, and whether the agent has been
    // revoked meanwhile is read in the same statement: what is decided elsewhere holds from that moment on.
    private async Task<bool> LeaseAsync(WritebackRequest request, Guid agentId)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = time.GetUtcNow();
        var isUnlock = request.Operation is Operation.Unlock;
        var leased = await db.WritebackRequests
            .Where(r => r.Id == request.Id && r.State == RequestState.Issued && r.NotAfter > now)
            .Where(r => !db.WritebackRequests.Where(WritebackRequest.IsOpen(request.UserId, now)).Any())
            .Where(r => db.Tenants.Any(tenant => tenant.Id == r.TenantId && tenant.IsWritebackEnabled && tenant.WritesPasswords && (tenant.AllowsUnlock || !isUnlock) && tenant.Epoch == r.Epoch))
            .Where(r => db.Agents.Any(agent => agent.Id == agentId && agent.RevokedAt == null))
            .ExecuteUpdateAsync(set => set
                .SetProperty(r => r.State, RequestState.Leased)
                .SetProperty(r => r.AgentId, agentId)
                .SetProperty(r => r.LeasedAt, now)) == 1;
        if (!leased || (request.SessionId is { } sessionId && !await sessions.MoveAsync(db, sessionId, RecoveryStep.Proven, RecoveryStep.Running)))
        {
            return false;
        }

        await transaction.CommitAsync();
        return true;
    }

    [LoggerMessage(4001, LogLevel.Warning, "Agent {AgentId} did not answer request {RequestId}: its outcome is unknown")]
    private partial void LogNoAnswer(Guid requestId, Guid agentId, Exception e);
}
