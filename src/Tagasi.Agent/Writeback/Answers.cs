using System.Security.Cryptography;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Writeback;

/// <summary>Turns verdicts into results that this agent signs.</summary>
internal sealed class Answers(ECDsa identityKey, TimeProvider time)
{
    public string Sign(AdmittedTicket ticket, Verdict verdict) => Sign(ticket.RequestId, ticket.Hash, verdict);

    public string Sign(Guid requestId, byte[] ticketHash, Verdict verdict)
    {
        var now = time.GetUtcNow();
        var result = verdict switch
        {
            Verdict.Applied applied => new WritebackResult(requestId, ticketHash, Outcome.Applied, applied.Problem?.Code, applied.Detail, null, applied.Server, now),
            Verdict.Refused refused => new WritebackResult(requestId, ticketHash, Outcome.Refused, refused.Problem.Code, refused.Detail, refused.EarliestChange, refused.Server, now),
            Verdict.Unknown unknown => new WritebackResult(requestId, ticketHash, Outcome.Unknown, Protocol.Problems.OutcomeUnknown.Code, unknown.Detail, null, unknown.Server, now),
            _ => throw new InvalidOperationException(verdict.GetType().Name),
        };
        return SignedResult.Sign(result, identityKey);
    }
}
