using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Writeback;

/// <summary>Asks agents what became of the requests whose answer never came, until each is known. Nothing is ever written again.</summary>
/// <remarks>
/// It works from the database, so that requests which a stopped service left behind are resolved by the next one. Each question goes its own
/// way: neither an agent that does not answer nor a request that nobody can resolve keeps others from being asked about.
/// </remarks>
internal sealed partial class RequestResolver(IDbContextFactory<CloudDb> databases, ConnectedAgents agents, AgentCalls calls, RequestOutcomes outcomes, TimeProvider time, ILogger<RequestResolver> logger) : BackgroundService
{
    private const int MostAtOnce = 100;
    private const int MostPerAgent = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    // Those of agents that are here: when each was asked about last, and whether an answer is waited for.
    private readonly ConcurrentDictionary<Guid, Question> questions = new();

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
        var connected = agents.All.Select(agent => (Guid?)agent.AgentId).ToList();
        var open = await db.WritebackRequests
            .Where(r => (r.State == RequestState.Leased && r.LeasedAt < stale) || (r.State == RequestState.Unknown && connected.Contains(r.AgentId)))
            .Select(r => new OpenRequest(r.Id, r.AgentId!.Value, r.LeasedAt!.Value)).ToListAsync(cancellation);
        Forget(open);
        var due = ChooseDue(open);
        if (due.Count == 0)
        {
            return;
        }

        foreach (var request in await db.WritebackRequests.AsNoTracking().Where(r => due.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync(cancellation))
        {
            questions[request.Id] = new Question(time.GetTimestamp(), true);
            _ = ResolveAsync(request);
        }
    }

    // What became known, and what an agent holds that has gone: when it comes back it is asked at once.
    private void Forget(List<OpenRequest> open)
    {
        foreach (var id in questions.Keys.Except(open.Select(one => one.Id)).ToList())
        {
            if (!questions[id].IsAsking)
            {
                questions.TryRemove(id, out _);
            }
        }
    }

    private HashSet<Guid> ChooseDue(List<OpenRequest> open)
    {
        var now = time.GetUtcNow();
        var asking = open.Where(one => questions.GetValueOrDefault(one.Id).IsAsking).CountBy(one => one.AgentId).ToDictionary();
        var due = new HashSet<Guid>();
        // Who has waited longest for a question first; of those who never were asked about, the newest, for whom somebody waits.
        foreach (var (id, agentId, leasedAt) in open.OrderBy(one => questions.GetValueOrDefault(one.Id).AskedAt).ThenByDescending(one => one.LeasedAt))
        {
            var (askedAt, isAsking) = questions.GetValueOrDefault(id);
            var isDue = askedAt is null || time.GetElapsedTime(askedAt.Value) >= PauseOf(now - leasedAt);
            if (isDue && !isAsking && asking.GetValueOrDefault(agentId) < MostPerAgent && due.Count < MostAtOnce)
            {
                asking[agentId] = asking.GetValueOrDefault(agentId) + 1;
                due.Add(id);
            }
        }

        return due;
    }

    // Each second while somebody waits; what is not known after hours will hardly be known in the next second.
    private static TimeSpan PauseOf(TimeSpan age) => age / 120 > LongestPause ? LongestPause : age / 120;

    private async Task ResolveAsync(WritebackRequest request)
    {
        try
        {
            if (request.State is RequestState.Leased)
            {
                await outcomes.RecordUnknownAsync(request);
            }

            if (agents.ById(request.TenantId, request.AgentId!.Value) is { } agent)
            {
                await outcomes.RecordAsync(request, await calls.ResolveAsync(agent, new ResolveRequest(request.Ticket), Deadline));
            }
        }
        catch (Exception e)
        {
            // One request that cannot be resolved now does not hold up the others.
            LogNoAnswer(request.Id, e);
        }
        finally
        {
            questions[request.Id] = questions[request.Id] with { IsAsking = false };
        }
    }

    [LoggerMessage(4003, LogLevel.Warning, "What became of request {RequestId} could not be learned yet")]
    private partial void LogNoAnswer(Guid requestId, Exception e);

    [LoggerMessage(4004, LogLevel.Error, "Open requests could not be read or recorded")]
    private partial void LogFailed(Exception e);

    private sealed record OpenRequest(Guid Id, Guid AgentId, DateTimeOffset LeasedAt);

    /// <param name="AskedAt">A timestamp, which a clock that is set does not move; null: never.</param>
    private readonly record struct Question(long? AskedAt, bool IsAsking);
}
