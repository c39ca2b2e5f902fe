using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Writeback;

/// <summary>Asks agents what became of the requests whose answer never came, until each is known. Nothing is ever written again.</summary>
/// <remarks>It works from the database, so that requests which a stopped service left behind are resolved by the next one.</remarks>
internal sealed partial class RequestResolver(IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, RequestOutcomes outcomes, TimeProvider time, ILogger<RequestResolver> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ResolveAllAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A process edge: a full disk or a busy database must not end the resolving for good.
                LogFailed(e);
            }
        }
    }

    private async Task ResolveAllAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // A lease that nobody waits for any more: the process that did was stopped.
        var stale = time.GetUtcNow() - RequestRunner.Deadline - TimeSpan.FromSeconds(5);
        // Of the unknown ones those whose agent is there to be asked: the outcomes of lost agents must not stand before everybody else's.
        var connected = agents.All.Select(agent => (Guid?)agent.AgentId).ToList();
        var open = await db.WritebackRequests.AsNoTracking()
            .Where(r => (r.State == RequestState.Leased && r.LeasedAt < stale) || (r.State == RequestState.Unknown && connected.Contains(r.AgentId)))
            .OrderBy(r => r.State).ThenByDescending(r => r.LeasedAt).Take(100).ToListAsync(cancellation);
        await Task.WhenAll(open.Select(ResolveAsync));
    }

    private async Task ResolveAsync(WritebackRequest request)
    {
        if (request.State is RequestState.Leased)
        {
            await outcomes.RecordUnknownAsync(request);
        }

        if (agents.ById(request.TenantId, request.AgentId!.Value) is not { } agent)
        {
            return;
        }

        try
        {
            await outcomes.RecordAsync(request, await calls.ResolveAsync(agent, new ResolveRequest(request.Ticket), Deadline));
        }
        catch (Exception e)
        {
            // One request that cannot be resolved now does not hold up the others.
            LogNoAnswer(request.Id, e);
        }
    }

    [LoggerMessage(4003, LogLevel.Warning, "What became of request {RequestId} could not be learned yet")]
    private partial void LogNoAnswer(Guid requestId, Exception e);

    [LoggerMessage(4004, LogLevel.Error, "Open requests could not be read or recorded")]
    private partial void LogFailed(Exception e);
}
