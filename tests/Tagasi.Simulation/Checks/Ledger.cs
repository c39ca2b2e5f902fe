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

    // Whose order is being carried out. An unlock carries nothing that would tell.
    private readonly AsyncLocal<TrueRequest?> received = new();
    private readonly Dictionary<(string Agent, Guid Account), long> sequences = [];
    private readonly List<(string Agent, DateTimeOffset At)> writes = [];

    /// <summary>Somebody sealed a password to a ticket. Every password of a run is another, so that it tells whose write it was.</summary>
    /// <param name="password">Null: it is about an unlock.</param>
    /// <param name="current">What was sealed as the current password, for a change.</param>
    public TrueRequest Sealed(Ticket ticket, string? password, string? current)
    {
        if (!byId.TryGetValue(ticket.RequestId, out var request))
        {
            byId.Add(ticket.RequestId, request = new TrueRequest(ticket, byId.Count + 1));
        }

        if (password is not null)
        {
            byPassword.Add(password, request);
            request.Currents.Add(password, current);
        }

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

    /// <summary>A request has come to an agent.</summary>
    /// <param name="unlockedAt">The domain controllers that show its account as not locked out.</param>
    public void Received(Guid requestId, IEnumerable<string> unlockedAt)
    {
        var request = byId[requestId];
        (received.Value, request.IsReceived) = (request, true);
        request.UnlockedAt.UnionWith(unlockedAt);
    }

    /// <summary>An agent begins a write. Connecting and sending take a while.</summary>
    /// <returns>The request that it is for.</returns>
    public TrueRequest Begun(Guid account, Modify modify)
    {
        if ((modify.New is null ? received.Value : byPassword.GetValueOrDefault(modify.New)) is not { } request || request.Ticket.ObjectGuid != account)
        {
            world.Fail($"nothing is written that nobody asked for: {modify}");
            throw new InvalidOperationException(modify.ToString());
        }

        if (request.IsLeaseEnded)
        {
            world.Fail($"nothing begins after the end of its lease: {request}");
        }

        var operation = request.Ticket.Operation;
        if ((modify.New is null) != request.IsUnlock
            || (modify.Old is not null) != operation is Operation.Change or Operation.ForcedChange
            || modify.Old != (modify.New is null ? null : request.Currents[modify.New])
            || modify.MustChange != operation is Operation.AdministratorReset)
        {
            world.Fail($"a change never becomes a reset, nor anything else: {request} is {operation}, and {modify} is written");
        }

        return request;
    }

    /// <summary>An agent sends a write to a domain controller.</summary>
    public void Sent(string agent, Account account, TrueRequest request, DateTimeOffset agentTime)
    {
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

    /// <summary>An agent lost its journal, and with it the writes that its limit counts.</summary>
    public void Forgot(string agent) => writes.RemoveAll(write => write.Agent == agent);

    /// <summary>A write took effect.</summary>
    public void TookEffect(TrueRequest request, string server, Modify modify)
    {
        if (request.Said == Outcome.Refused)
        {
            world.Fail($"a reported refusal is not in the directory: {request} took effect after it was refused");
        }

        var account = request.Ticket.ObjectGuid;
        foreach (var earlier in Of(account).Where(other => other.IsUnlock == request.IsUnlock))
        {
            earlier.IsInForce = false;
        }

        (request.TookEffect, request.IsInForce) = (true, true);
        if (modify.Unlocks)
        {
            Unlocked(account, server);
        }
    }

    /// <summary>A domain controller has taken over what another one had.</summary>
    public void Replicated(Guid account, string server, Replica before, Replica after)
    {
        if (after.Password != before.Password && byPassword.TryGetValue(before.Password, out var overwritten))
        {
            overwritten.IsInForce = false;
        }

        if (!after.IsLockedOut)
        {
            Unlocked(account, server);
        }
        else if (!before.IsLockedOut)
        {
            LockedOut(account);
        }
    }

    /// <summary>An account was locked out, so that no unlock before is in force any more.</summary>
    public void LockedOut(Guid account)
    {
        foreach (var request in Of(account).Where(request => request.IsUnlock))
        {
            request.IsInForce = false;
        }
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

        if (result.Outcome == Outcome.Applied && request.IsUnlock && !request.UnlockedAt.Contains(result.DomainController!))
        {
            world.Fail($"a reported success is in the directory: {agent} reports {request} as applied, and {result.DomainController} never showed it");
        }

        request.Said = result.Outcome;
        Reported(request, result.Outcome, "an agent");
    }

    /// <summary>Somebody is told that a request was applied or refused.</summary>
    public void Reported(TrueRequest request, Outcome outcome, string by)
    {
        if (outcome == Outcome.Applied && !request.IsFulfilled)
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

    private void Unlocked(Guid account, string server)
    {
        foreach (var request in Of(account).Where(request => request.IsReceived))
        {
            request.UnlockedAt.Add(server);
        }
    }

    private IEnumerable<TrueRequest> Of(Guid account) => byId.Values.Where(request => request.Ticket.ObjectGuid == account);
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

    /// <summary>Its password is the one that the account has; an unlock: nothing has locked the account since.</summary>
    public bool IsInForce { get; set; }

    public bool IsUnlock => ticket.Operation is Operation.Unlock;

    /// <summary>It has come to an agent.</summary>
    public bool IsReceived { get; set; }

    /// <summary>The domain controllers that have shown the account as not locked out since it came to an agent, whoever did it.</summary>
    public HashSet<string> UnlockedAt { get; } = new(StringComparer.Ordinal);

    /// <summary>Of each new password that was sealed for it the current one that was sealed with it, for a change.</summary>
    public Dictionary<string, string?> Currents { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked for has come to be.</summary>
    public bool IsFulfilled => IsUnlock ? UnlockedAt.Count > 0 : TookEffect;

    /// <summary>The final answer that its agent gave.</summary>
    public Outcome? Said { get; set; }

    public bool IsOpen => Agents.Count > 0 && Said is null;

    public override string ToString() => $"request {number}";
}
