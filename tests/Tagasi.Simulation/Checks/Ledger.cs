using System.Buffers.Text;
using System.Text.Json;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;

namespace Tagasi.Simulation.Checks;

/// <summary>What truly happened, seen from above, and the invariants that it must keep. No party of the world can read it.</summary>
internal sealed class Ledger(World world, int limit)
{
    // A request stands in the way of another for its account until so long after its ticket's time, unless its end is known.
    private static readonly TimeSpan LongOver = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, TrueRequest> byPassword = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, TrueRequest> byId = [];
    private readonly Dictionary<(string Agent, Guid Account), long> sequences = [];
    private readonly List<(string Agent, DateTimeOffset At)> writes = [];

    /// <summary>A person sealed a password to a ticket. Every password of a run is another, so that it tells whose write it was.</summary>
    public TrueRequest Sealed(Ticket ticket, string password)
    {
        if (!byId.TryGetValue(ticket.RequestId, out var request))
        {
            byId.Add(ticket.RequestId, request = new TrueRequest(ticket, byId.Count + 1));
        }

        byPassword.Add(password, request);
        return request;
    }

    /// <summary>The service hands a request to an agent.</summary>
    public void Ordered(Guid requestId, Guid agentId, DateTimeOffset serviceTime)
    {
        var request = byId[requestId];
        if (request.Agents.Add(agentId) && request.Agents.Count > 1)
        {
            world.Fail($"two live leases: {request} is with two agents");
        }

        if (byId.Values.FirstOrDefault(other => other != request && other.IsOpen && other.Ticket.ObjectGuid == request.Ticket.ObjectGuid && serviceTime < other.Ticket.NotAfter + LongOver) is { } open)
        {
            world.Fail($"two live leases: {request} is handed out while {open} may still be carried out");
        }
    }

    /// <summary>An agent was told that a request's lease is over.</summary>
    public void LeaseEnded(Guid requestId) => byId[requestId].IsLeaseEnded = true;

    /// <summary>An agent begins a write. Connecting and sending take a while.</summary>
    public void Begun(string password)
    {
        if (byPassword.TryGetValue(password, out var request) && request.IsLeaseEnded)
        {
            world.Fail($"nothing begins after the end of its lease: {request}");
        }
    }

    /// <summary>An agent sends a write to a domain controller.</summary>
    public void Sent(string agent, Account account, string password, DateTimeOffset agentTime)
    {
        if (!byPassword.TryGetValue(password, out var request))
        {
            world.Fail($"a password was written that nobody chose: {password}");
            return;
        }

        var ticket = request.Ticket;
        if (++request.Writes > 1)
        {
            world.Fail($"at most one write: {request} was sent {request.Writes} times");
        }

        if (agentTime > ticket.NotAfter || account.ServerTime > ticket.NotAfter + TicketGate.ClockTolerance)
        {
            world.Fail($"no write after expiry: {request} ended {ticket.NotAfter:O}, it was {agentTime:O} at the agent and {account.ServerTime:O} at {account.Server}");
        }

        if (ticket.ObjectGuid != account.ObjectGuid || !SimulatedUser.All.Single(user => user.ObjectGuid == account.ObjectGuid).IsAllowed)
        {
            world.Fail($"no write outside local policy: {request} wrote {account.SamAccountName}");
        }

        // A host whose clock was set counts by that clock; only what true time counts is the simulator's own knowledge.
        writes.Add((agent, agentTime));
        if (agentTime == world.TrueTime && writes.Count(write => write.Agent == agent && write.At > agentTime - RateBreaker.Window) > limit)
        {
            world.Fail($"no write outside local policy: {agent} sent more than {limit} in {RateBreaker.Window}");
        }

        if (sequences.GetValueOrDefault((agent, account.ObjectGuid)) >= ticket.Sequence)
        {
            world.Fail($"no older ticket behind a newer: {request}");
        }

        sequences[(agent, account.ObjectGuid)] = ticket.Sequence;
    }

    /// <summary>A write took effect.</summary>
    public void TookEffect(string password)
    {
        var request = byPassword[password];
        if (request.Said == Outcome.Refused)
        {
            world.Fail($"a reported refusal is not in the directory: {request} took effect after it was refused");
        }

        foreach (var earlier in byId.Values.Where(other => other.Ticket.ObjectGuid == request.Ticket.ObjectGuid))
        {
            earlier.IsInForce = false;
        }

        (request.TookEffect, request.IsInForce) = (true, true);
    }

    /// <summary>An agent answers with a signed result.</summary>
    public void Answered(string agent, string signed)
    {
        var result = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(signed.Split('.')[1]), ProtocolJson.Default.WritebackResult)!;
        var request = byId[result.RequestId];
        world.Note($"{agent} answers {request}: {result.Outcome} {result.Problem}");
        if (result.Outcome == Outcome.Unknown)
        {
            return;
        }

        if (request.Said is { } said && said != result.Outcome)
        {
            world.Fail($"an answer is final: {request} was {said} and is {result.Outcome}");
        }

        request.Said = result.Outcome;
        Reported(request, result.Outcome, "an agent");
    }

    /// <summary>Somebody is told that a request was applied or refused.</summary>
    public void Reported(TrueRequest request, Outcome outcome, string by)
    {
        if (outcome == Outcome.Applied && !request.TookEffect)
        {
            world.Fail($"a reported success is in the directory: {by} reports {request} as applied");
        }

        // A write that another followed is not in force: pwdLastSet cannot show that it ever was.
        if (outcome == Outcome.Refused && request.IsInForce)
        {
            world.Fail($"a reported refusal is not in the directory: {by} reports {request} as refused");
        }
    }

    public TrueRequest? Find(Guid requestId) => byId.GetValueOrDefault(requestId);
}

/// <summary>The truth about one request.</summary>
internal sealed class TrueRequest(Ticket ticket, int number)
{
    public Ticket Ticket => ticket;

    /// <summary>The agents that it was handed to.</summary>
    public HashSet<Guid> Agents { get; } = [];

    public int Writes { get; set; }

    public bool IsLeaseEnded { get; set; }

    public bool TookEffect { get; set; }

    /// <summary>Its password is the one that the account has.</summary>
    public bool IsInForce { get; set; }

    /// <summary>The final answer that its agent gave.</summary>
    public Outcome? Said { get; set; }

    public bool IsOpen => Agents.Count > 0 && Said is null;

    public override string ToString() => $"request {number}";
}
