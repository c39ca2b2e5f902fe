using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Writeback;

/// <summary>What was recorded of a request.</summary>
internal sealed record RecordedOutcome(RequestState State, Problem? Problem, DateTimeOffset? EarliestChange);

/// <summary>Records what became of requests: in the request, in the recovery that it belongs to, and in the audit log.</summary>
/// <remarks>Applied and refused are final. Only an answer signed by the agent that held the lease makes either.</remarks>
internal sealed partial class RequestOutcomes(IDbContextFactory<CloudDb> databases, RecoverySessions sessions, AuditLog audit, TimeProvider time, ILogger<RequestOutcomes> logger)
{
    /// <summary>Nothing was handed to an agent, so nothing can have happened.</summary>
    public Task<RecordedOutcome?> RefuseUnleasedAsync(WritebackRequest request, Problem problem) =>
        MoveAsync(request, (RequestState.Issued, RequestState.Issued), new RecordedOutcome(RequestState.Refused, problem, null), null, null);

    /// <summary>No answer came; the resolver will ask.</summary>
    public Task<RecordedOutcome?> RecordUnknownAsync(WritebackRequest request) =>
        MoveAsync(request, (RequestState.Leased, RequestState.Leased), new RecordedOutcome(RequestState.Unknown, Problems.OutcomeUnknown, null), null, null);

    /// <summary>Records an agent's answer, if it is one.</summary>
    public async Task<RecordedOutcome?> RecordAsync(WritebackRequest request, string signedResult)
    {
        await using var db = await databases.CreateDbContextAsync();
        var agent = await db.Agents.AsNoTracking().SingleAsync(agent => agent.Id == request.AgentId);
        using var key = agent.ImportIdentityKey();
        var result = SignedResult.Verify(signedResult, key);
        if (result is null || result.RequestId != request.Id || !result.TicketHash.AsSpan().SequenceEqual(request.TicketHash))
        {
            LogForged(request.Id, agent.Id);
            return await RecordUnknownAsync(request);
        }

        var outcome = new RecordedOutcome(StateOf(result.Outcome), await ProblemOfAsync(db, request, result), result.EarliestChange);
        return outcome.State == RequestState.Unknown
            ? await RecordUnknownAsync(request)
            : await MoveAsync(request, (RequestState.Leased, RequestState.Unknown), outcome, signedResult, result.Detail);
    }

    private async Task<RecordedOutcome?> MoveAsync(WritebackRequest request, (RequestState Either, RequestState Or) from, RecordedOutcome to, string? signedResult, string? detail)
    {
        // One transaction: request, recovery and audit tell the same.
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var problem = to.Problem?.Code;
        DateTimeOffset? finished = to.State == RequestState.Unknown ? null : time.GetUtcNow();
        // Two values, not a list: for a list the statement is made anew each time.
        var (either, or) = from;
        var moved = await db.WritebackRequests.Where(r => r.Id == request.Id && (r.State == either || r.State == or)).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, to.State)
            .SetProperty(r => r.Problem, problem)
            .SetProperty(r => r.FinishedAt, finished)
            .SetProperty(r => r.SignedResult, signedResult));
        if (moved == 0)
        {
            return null;
        }

        // A recovery whose request was never leased stays where it is: another request of it may be running.
        if (request.SessionId is { } sessionId && either is not RequestState.Issued)
        {
            await MoveSessionAsync(db, sessionId, to);
        }

        await audit.WriteAsync(db, new AuditEvent
        {
            TenantId = request.TenantId,
            Activity = Activities.Of(request.Operation),
            IsSuccess = to.State == RequestState.Applied,
            Actor = request.AskedBy,
            UserId = request.UserId,
            AgentId = request.AgentId,
            CorrelationId = request.SessionId ?? request.Id,
            Problem = problem,
            Detail = detail,
        });
        await transaction.CommitAsync();
        return to;
    }

    private async Task MoveSessionAsync(CloudDb db, Guid sessionId, RecordedOutcome outcome)
    {
        var to = NextStep(outcome);
        if (!await sessions.MoveAsync(db, sessionId, RecoveryStep.Running, to, outcome.Problem, outcome.EarliestChange) && to != RecoveryStep.Unknown)
        {
            await sessions.MoveAsync(db, sessionId, RecoveryStep.Unknown, to, outcome.Problem, outcome.EarliestChange);
        }
    }

    private static RecoveryStep NextStep(RecordedOutcome outcome) => outcome.State switch
    {
        RequestState.Applied => RecoveryStep.Applied,
        RequestState.Unknown => RecoveryStep.Unknown,
        _ => outcome.Problem is { } problem && TryAgain.IsWorthwhile(problem) ? RecoveryStep.Proven : RecoveryStep.Ended,
    };

    // The agent knows that its lease was ended, but not that writeback is on again: then another try is of use.
    private static async Task<Problem?> ProblemOfAsync(CloudDb db, WritebackRequest request, WritebackResult result)
    {
        var problem = result.Problem is null ? null : Problems.ByCode(result.Problem);
        return problem == Problems.WritebackDisabled && (await db.ReadOnboardingAsync(request.TenantId, CancellationToken.None)).IsOpen ? Problems.NotCarriedOut : problem;
    }

    private static RequestState StateOf(Outcome outcome) => outcome switch
    {
        Outcome.Applied => RequestState.Applied,
        Outcome.Refused => RequestState.Refused,
        _ => RequestState.Unknown,
    };

    [LoggerMessage(4002, LogLevel.Error, "The answer to request {RequestId} was not signed by agent {AgentId} or belongs to another request: ignored")]
    private partial void LogForged(Guid requestId, Guid agentId);
}
