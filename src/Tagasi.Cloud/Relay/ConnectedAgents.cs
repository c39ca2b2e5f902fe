using System.Collections.Concurrent;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Relay;

/// <summary>An agent that is connected and was accepted. Abort cuts its connection.</summary>
internal sealed record ConnectedAgent(string ConnectionId, Guid AgentId, Guid TenantId, IReadOnlyList<string> Domains, SealingKey SealingKey, int ProtocolVersion, Action Abort)
{
    /// <summary>Whether the agent's version of the protocol has the operation.</summary>
    public bool Knows(Operation operation) => operation.OldestVersion() <= ProtocolVersion;

    /// <summary>Requests under way; the least busy agent is asked first.</summary>
    public int InFlight;
}

/// <summary>The agents that are connected to this process.</summary>
internal sealed class ConnectedAgents
{
    private readonly ConcurrentDictionary<string, ConnectedAgent> byConnection = new(StringComparer.Ordinal);

    public void Add(ConnectedAgent agent) => byConnection[agent.ConnectionId] = agent;

    public ConnectedAgent? Remove(string connectionId) => byConnection.TryRemove(connectionId, out var agent) ? agent : null;

    public ConnectedAgent? ByConnection(string connectionId) => byConnection.GetValueOrDefault(connectionId);

    /// <summary>The agents of a tenant that serve a domain, the least busy first. Of two connections of one agent the newer counts.</summary>
    public IReadOnlyList<ConnectedAgent> For(Guid tenantId, string domain) =>
        [.. byConnection.Values.Where(agent => agent.TenantId == tenantId && agent.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase)).OrderBy(agent => agent.InFlight)];

    public ConnectedAgent? ById(Guid tenantId, Guid agentId) => byConnection.Values.FirstOrDefault(agent => agent.TenantId == tenantId && agent.AgentId == agentId);

    /// <summary>Every connection of an agent.</summary>
    public IReadOnlyList<ConnectedAgent> All => [.. byConnection.Values];
}
