using System.Collections.Concurrent;
using Tagasi.Cloud.Directory;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Relay;

/// <summary>An agent that is connected and was accepted. Abort cuts its connection.</summary>
internal sealed record ConnectedAgent(string ConnectionId, Guid AgentId, Guid TenantId, IReadOnlyList<string> Domains, int ProtocolVersion, byte[] IdentityKey, Action Abort)
{
    private static readonly TimeSpan Trouble = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> troubles = new(StringComparer.OrdinalIgnoreCase);
    private volatile SaidKey said = null!;

    /// <summary>What to ask it for before a person types; its version may not know every question.</summary>
    public PreflightRequest PreflightOf(User user) => new(user.Domain, user.SourceAnchor, ProtocolVersion > 1 ? true : null);

    /// <summary>Notes how its own way to a domain's directory was when it was last tried.</summary>
    public void Note(string domain, bool isBroken, DateTimeOffset now)
    {
        if (isBroken)
        {
            troubles[domain] = now;
        }
        else
        {
            troubles.TryRemove(domain, out _);
        }
    }

    /// <summary>Whether its way to a domain's directory was found broken a short while ago. After that it is tried again.</summary>
    public bool IsTroubled(string domain, DateTimeOffset now) => troubles.TryGetValue(domain, out var at) && now - at < Trouble;

    /// <summary>Whether the agent's version of the protocol has the operation.</summary>
    public bool Knows(Operation operation) => operation.OldestVersion() <= ProtocolVersion;

    /// <summary>Requests under way; the least busy agent is asked first.</summary>
    public int InFlight;

    /// <summary>What to seal to. Without an epoch it is not sealed to.</summary>
    public required SealingKey SealingKey
    {
        get => said.Key;
        init => said = new(value, null, null, false);
    }

    /// <summary>What the other recipients of an envelope are told of it; null for agents of version 1, which sign no keys.</summary>
    public Recipient? Recipient => said.Statement is { } statement ? new Recipient(IdentityKey, statement) : null;

    /// <summary>Whether it gets requests only once it and the tenant's other agents know each other.</summary>
    public bool IsWaiting => said.IsWaiting;

    /// <summary>The epoch of the tenant that the sealing key was taken for; null: of none.</summary>
    public long? Epoch => said.Epoch;

    /// <summary>The tenant's onboarding as the agent knows it.</summary>
    public OnboardingState? Told { get; set; }

    /// <summary>What the parts of its next import are signed over; null: none was begun.</summary>
    public string? Import { get; set; }

    /// <summary>Takes a key that the agent brought. Hellos of one connection may overtake each other: a key of an earlier epoch never replaces a later one.</summary>
    public void Take(SealingKey key, string? statement, long epoch)
    {
        for (var before = said; (before.Epoch ?? long.MinValue) <= epoch; before = said)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref said, new(key, statement, epoch, false), before), before))
            {
                return;
            }
        }
    }

    /// <summary>It gets no requests until a key of it is taken again.</summary>
    public void Wait() => Change(before => before with { Epoch = null, IsWaiting = true });

    /// <summary>It need not wait for others; nor does it get requests before a key of it is taken.</summary>
    public void StopWaiting() => Change(before => before with { IsWaiting = false });

    private void Change(Func<SaidKey, SaidKey> change)
    {
        for (var before = said; !ReferenceEquals(Interlocked.CompareExchange(ref said, change(before), before), before); before = said)
        {
        }
    }

    private sealed record SaidKey(SealingKey Key, string? Statement, long? Epoch, bool IsWaiting);
}

/// <summary>The agents that are connected to this process.</summary>
internal sealed class ConnectedAgents(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConnectedAgent> byConnection = new(StringComparer.Ordinal);

    /// <summary>The agent of a connection; added, if it is not there yet.</summary>
    public ConnectedAgent GetOrAdd(ConnectedAgent agent) => byConnection.GetOrAdd(agent.ConnectionId, agent);

    public ConnectedAgent? Remove(string connectionId) => byConnection.TryRemove(connectionId, out var agent) ? agent : null;

    public ConnectedAgent? ByConnection(string connectionId) => byConnection.GetValueOrDefault(connectionId);

    /// <summary>
    /// The agents of a tenant that serve a domain with a key of the tenant's epoch, the least busy first; last those whose way to its directory
    /// was found broken within the last minute. Of two connections of one agent the newer counts.
    /// </summary>
    public IReadOnlyList<ConnectedAgent> For(Guid tenantId, string domain, long epoch) =>
    [
        .. byConnection.Values.Where(agent => agent.TenantId == tenantId && agent.Epoch == epoch && agent.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase))
            .OrderBy(agent => agent.IsTroubled(domain, time.GetUtcNow())).ThenBy(agent => agent.InFlight),
    ];

    public ConnectedAgent? ById(Guid tenantId, Guid agentId) => byConnection.Values.FirstOrDefault(agent => agent.TenantId == tenantId && agent.AgentId == agentId);

    /// <summary>Every connection of an agent.</summary>
    public IReadOnlyList<ConnectedAgent> All => [.. byConnection.Values];
}
