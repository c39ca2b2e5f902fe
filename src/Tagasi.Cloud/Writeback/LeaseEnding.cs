using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Writeback;

/// <summary>Ends leases that the tenant's onboarding no longer allows: the agent begins nothing more, and says what became of what it had begun.</summary>
/// <remarks>The truth stays the agent's: only its signed answer closes the request, whoever hears it first.</remarks>
internal sealed partial class LeaseEnding(IDbContextFactory<CloudDb> databases, ConnectedAgents connected, AgentCalls calls, RequestOutcomes outcomes, ILogger<LeaseEnding> logger)
{
    // As long as an agent needs for the write that it had begun.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(18);

    private readonly ConcurrentDictionary<Guid, Task> ending = new();

    /// <summary>
    /// Begins to end each lease that belongs to a disabled tenant or to an earlier epoch, where its agent is connected to this process. Does not wait
    /// for the answers.
    /// </summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var over = await db.WritebackRequests.AsNoTracking()
            .Where(r => r.State == RequestState.Leased && !db.Tenants.Any(tenant => tenant.Id == r.TenantId && tenant.IsWritebackEnabled && tenant.Epoch == r.Epoch))
            .ToListAsync(cancellation);
        foreach (var request in over)
        {
            if (connected.ById(request.TenantId, request.AgentId!.Value) is { } agent)
            {
                _ = ending.GetOrAdd(request.Id, _ => EndAsync(agent, request));
            }
        }
    }

    private async Task EndAsync(ConnectedAgent agent, WritebackRequest request)
    {
        // Not within GetOrAdd, which would not find it to remove.
        await Task.Yield();
        try
        {
            await outcomes.RecordAsync(request, await calls.EndLeaseAsync(agent, new ResolveRequest(request.Ticket), Deadline));
        }
        catch (Exception e)
        {
            // A process edge. The request's own deadline still makes it unknown, and the resolver asks.
            LogNoAnswer(request.Id, agent.AgentId, e);
        }
        finally
        {
            ending.TryRemove(request.Id, out _);
        }
    }

    [LoggerMessage(4005, LogLevel.Warning, "Agent {AgentId} did not say what became of request {RequestId}, whose lease was ended")]
    private partial void LogNoAnswer(Guid requestId, Guid agentId, Exception e);
}
