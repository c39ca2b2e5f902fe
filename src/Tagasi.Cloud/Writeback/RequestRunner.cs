using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Writeback;

/// <summary>Leases a request to one agent, hands it over, and records the answer. An answer that does not come is unknown.</summary>
internal sealed partial class RequestRunner(IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, RequestOutcomes outcomes, TimeProvider time, ILogger<RequestRunner> logger)
{
    /// <summary>An agent answers within 15 s, whatever its directory does; the rest is for the way.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Carries out a request that nobody has leased yet.</summary>
    /// <returns>The recorded outcome; null when the request is not there to be carried out.</returns>
    public async Task<RecordedOutcome?> CarryOutAsync(WritebackRequest request, Envelope envelope)
    {
        var agent = agents.For(request.TenantId, request.Domain).FirstOrDefault(candidate => envelope.Keys.Any(key => key.KeyId == candidate.SealingKey.KeyId));
        if (agent is null)
        {
            return await outcomes.RefuseUnleasedAsync(request, Problems.AgentOffline);
        }

        if (!await LeaseAsync(request.Id, agent.AgentId))
        {
            return null;
        }

        request.AgentId = agent.AgentId;
        // Only the key of the agent that is asked travels on.
        var order = new WritebackOrder(request.Ticket, envelope with { Keys = [.. envelope.Keys.Where(key => key.KeyId == agent.SealingKey.KeyId)] });
        try
        {
            var answer = await calls.CarryOutAsync(agent, order, Deadline);
            return await outcomes.RecordAsync(request, answer);
        }
        catch (AgentCallException e)
        {
            LogNoAnswer(request.Id, agent.AgentId, e);
            return await outcomes.RecordUnknownAsync(request);
        }
    }

    private async Task<bool> LeaseAsync(Guid requestId, Guid agentId)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = time.GetUtcNow();
        return await db.WritebackRequests
            .Where(request => request.Id == requestId && request.State == RequestState.Issued && request.NotAfter > now)
            .ExecuteUpdateAsync(set => set
                .SetProperty(request => request.State, RequestState.Leased)
                .SetProperty(request => request.AgentId, agentId)
                .SetProperty(request => request.LeasedAt, now)) == 1;
    }

    [LoggerMessage(4001, LogLevel.Warning, "Agent {AgentId} did not answer request {RequestId}: its outcome is unknown")]
    private partial void LogNoAnswer(Guid requestId, Guid agentId, Exception e);
}
