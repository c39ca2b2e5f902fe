using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Journal;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>Answers the service's orders and questions. For one request there is one run at a time; whoever asks meanwhile waits for its answer.</summary>
/// <remarks>
/// Invariants: at most one write for a request id, over restarts too; an answer of applied or refused is final and is given again to the
/// letter; every call is answered within <see cref="Deadline"/>, if need be with unknown, which is true while a run goes on.
/// </remarks>
internal sealed class RequestRunner(
    WritebackContext context, WritebackJournal journal, PasswordWriter writer, OutcomeResolver resolver, Answers answers, ILogger<RequestRunner> logger)
{
    /// <summary>The service waits a little longer.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ResolveDeadline = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LanePatience = TimeSpan.FromSeconds(2);
    private static readonly Verdict.Unknown Forgotten = new("older than what the agent remembers: its journal began later (another was lost or taken away), or has dropped it since");
    private static readonly Verdict.Unknown NotKept = new("the agent's journal cannot be written");

    private readonly ConcurrentDictionary<Guid, Lazy<Task<string>>> runs = new();
    private readonly AccountLanes lanes = new(context.Time);
    private volatile bool isStopping;

    /// <summary>Carries out one ticket, at most once.</summary>
    /// <returns>A signed result.</returns>
    public Task<string> CarryOutAsync(WritebackOrder order) =>
        AnswerAsync(order.Ticket, context.Gate.Admit(order.Ticket), (ticket, request) => CarryOutAsync(ticket, request, order), Deadline);

    /// <summary>What became of a request. Never writes; a request that certainly never came is closed, so that it cannot be carried out later.</summary>
    /// <returns>A signed result.</returns>
    public Task<string> ResolveAsync(ResolveRequest question) =>
        AnswerAsync(question.Ticket, context.Gate.Recognize(question.Ticket), ResolveAsync, ResolveDeadline);

    /// <summary>Ends a request's lease: what has not begun to write never will. What it has come to is told as by <see cref="ResolveAsync(ResolveRequest)"/>.</summary>
    /// <returns>A signed result.</returns>
    public Task<string> EndLeaseAsync(ResolveRequest question)
    {
        var admission = context.Gate.Recognize(question.Ticket);
        if (admission.Ticket is { } ticket && journal.Claim(ticket) is { } request)
        {
            // Before its run is joined, so that the run meets it.
            request.IsLeaseEnded = true;
        }

        return AnswerAsync(question.Ticket, admission, ResolveAsync, Deadline);
    }

    /// <summary>Looks once at each write whose outcome is not known, and that nobody is at.</summary>
    /// <returns>How many of them are still not known.</returns>
    public async Task<int> ResolveOpenAsync()
    {
        if (isStopping)
        {
            return 0;
        }

        var open = journal.OpenRequests.Where(request => request.Intent is { } intent && !runs.ContainsKey(intent.RequestId)).ToList();
        if (open.FindAll(request => !request.IsLookedAt) is { Count: > 0 } fresh)
        {
            WritebackLog.LookingAt(logger, fresh.Count);
            fresh.ForEach(request => request.IsLookedAt = true);
        }

        await Task.WhenAll(open.Select(TryLookAsync));
        return open.Count(request => request.Result is null);
    }

    /// <summary>Takes no more requests and waits for those that are running.</summary>
    /// <returns>False when some were still running after <paramref name="patience"/>; what became of them is found out after the next start.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        isStopping = true;
        try
        {
            await Task.WhenAll(runs.Values.Select(run => run.Value)).WaitAsync(patience, context.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<string> AnswerAsync(
        string compact, (AdmittedTicket? Ticket, Verdict.Refused? Refusal) admission, Func<AdmittedTicket, KnownRequest, Task<string>> run, TimeSpan deadline)
    {
        var (ticket, refusal) = admission;
        if (ticket is null)
        {
            var claimed = TicketGate.Claimed(compact);
            var requestId = claimed?.RequestId ?? Guid.Empty;
            WritebackLog.Refused(logger, requestId, claimed?.Operation ?? Operation.Reset, refusal!);
            return answers.Sign(requestId, new SignedTicket(compact).Hash, refusal!);
        }

        if (journal.Claim(ticket) is not { } request)
        {
            return answers.Sign(ticket, new Verdict.Refused(Problems.TicketReplayed, "another ticket has this request's id"));
        }

        try
        {
            return await RunAsync(ticket.RequestId, () => run(ticket, request)).WaitAsync(deadline, context.Time);
        }
        catch (TimeoutException)
        {
            return answers.Sign(ticket, new Verdict.Unknown("the directory has not answered yet"));
        }
    }

    // One request that cannot be looked at must hold up neither the others nor the agent.
    private async Task TryLookAsync(KnownRequest request)
    {
        var requestId = request.Intent!.RequestId;
        try
        {
            await RunAsync(requestId, () => LookAsync(request));
        }
        catch (Exception e)
        {
            WritebackLog.LookFailed(logger, requestId, e);
        }
    }

    private Task<string> RunAsync(Guid requestId, Func<Task<string>> run)
    {
        var mine = new Lazy<Task<string>>(async () =>
        {
            try
            {
                return await run();
            }
            finally
            {
                runs.TryRemove(requestId, out _);
            }
        });
        return runs.GetOrAdd(requestId, mine).Value;
    }

    private async Task<string> CarryOutAsync(AdmittedTicket ticket, KnownRequest request, WritebackOrder order)
    {
        if (request.Result is not null || request.Intent is not null)
        {
            return request.Result ?? await LookAsync(request);
        }

        if (journal.IsForgettable(ticket))
        {
            return answers.Sign(ticket, Forgotten);
        }

        if (isStopping)
        {
            return await CloseAsync(ticket, request, new Verdict.Refused(Problems.NotCarriedOut, "the agent is being stopped"));
        }

        using var turn = await lanes.EnterAsync(ticket.Account, LanePatience);
        var verdict = turn is null
            ? new Verdict.Refused(Problems.NotCarriedOut, "an earlier request for the same account is still being carried out")
            : await writer.WriteAsync(ticket, request, order);
        return await CloseAsync(ticket, request, verdict);
    }

    private async Task<string> ResolveAsync(AdmittedTicket ticket, KnownRequest request)
    {
        if (request.Result is not null || request.Intent is not null)
        {
            return request.Result ?? await LookAsync(request);
        }

        if (journal.IsForgettable(ticket))
        {
            return answers.Sign(ticket, Forgotten);
        }

        var never = PasswordWriter.FindEnd(request) ?? new Verdict.Refused(Problems.NotCarriedOut, "the request never came to the agent");
        return await CloseAsync(ticket, request, never);
    }

    private async Task<string> LookAsync(KnownRequest request)
    {
        // Whoever listed the open requests did so before: what has become known since is final.
        if (request.Result is { } known)
        {
            return known;
        }

        var intent = request.Intent!;
        var verdict = await resolver.LookAsync(request);
        var answer = answers.Sign(intent.RequestId, intent.TicketHash, verdict);
        if (verdict is Verdict.Unknown)
        {
            return answer;
        }

        if (verdict is Verdict.Applied)
        {
            context.WrongPasswords.Settle(intent.Account, intent.RequestId, wasWrong: false);
        }

        WritebackLog.Resolved(logger, intent.RequestId, intent.Operation, verdict);
        return await KeepAsync(intent.RequestId, () => journal.RecordOutcomeAsync(request, answer)) ? answer : answers.Sign(intent.RequestId, intent.TicketHash, NotKept);
    }

    private async Task<string> CloseAsync(AdmittedTicket ticket, KnownRequest request, Verdict verdict)
    {
        var answer = answers.Sign(ticket, verdict);
        WritebackLog.Closed(logger, ticket.RequestId, ticket.Operation, verdict);
        return verdict is Verdict.Unknown || await KeepAsync(ticket.RequestId, () => journal.RecordOutcomeAsync(ticket, request, answer)) ? answer : answers.Sign(ticket, NotKept);
    }

    // What is not kept is not told. The order may come, or come again, to the next process, which knows nothing of the answer and may come to
    // another: it carries out what was refused, or looks when somebody else has changed the account meanwhile.
    private async Task<bool> KeepAsync(Guid requestId, Func<Task> record)
    {
        try
        {
            await record();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WritebackLog.JournalFailed(logger, requestId, e);
            return false;
        }
    }
}
