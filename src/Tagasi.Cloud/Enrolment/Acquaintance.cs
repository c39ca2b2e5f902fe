using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Enrolment;

/// <summary>How an agent stands to the tenant's others. It gets requests, and may import, once it and those that were before it know each other: so that an enrolment code alone opens nobody's passwords.</summary>
/// <param name="Strangers">Who does not know it, or whom it does not know, by the settings of both hosts: those that it waits for; where it waits for nobody, all.</param>
/// <param name="IsWaiting">One of them was before it.</param>
internal sealed record Acquaintance(Agent Agent, IReadOnlyList<Agent> Strangers, bool IsWaiting)
{
    /// <summary>As the agent is told; null: nobody.</summary>
    public IReadOnlyList<Stranger>? Told => Strangers.Count == 0 ? null
        : [.. Strangers.Select(other => new Stranger(other.HostName, KeyId.Of(other.IdentityKey), Agent.Knows(other), other.Knows(Agent)))];

    /// <param name="all">The tenant's agents that are not revoked.</param>
    public static Acquaintance Of(Agent agent, IEnumerable<Agent> all)
    {
        IReadOnlyList<Agent> strangers = [.. all.Where(other => other.TenantId == agent.TenantId && other.Id != agent.Id && !KnowEachOther(agent, other)).OrderBy(other => other.EnrolledAt)];
        IReadOnlyList<Agent> before = [.. strangers.Where(other => WasBefore(other, agent))];
        return before.Count == 0 ? new(agent, strangers, false) : new(agent, before, true);
    }

    // Agents of version 1 have nobody to name. Among themselves they are as they were.
    private static bool KnowEachOther(Agent one, Agent other) => (one.IsOfVersion1 && other.IsOfVersion1) || (one.Knows(other) && other.Knows(one));

    // First whose keys were taken once, then who has connected once, each in the order of enrolment: a code that lay about for long, or a host that was slow, takes nobody's place.
    private static bool WasBefore(Agent other, Agent agent) => Rank(other) is var rank && rank > 0 && rank >= Rank(agent)
        && (rank > Rank(agent) || (other.EnrolledAt, other.Id).CompareTo((agent.EnrolledAt, agent.Id)) < 0);

    private static int Rank(Agent agent) => agent.SealingKeyId is not null ? 2 : agent.ProtocolVersion is not null ? 1 : 0;
}

internal static class AcquaintanceQueries
{
    public static async Task<Acquaintance> FindAcquaintanceAsync(this CloudDb db, Agent agent, CancellationToken cancellation) =>
        Acquaintance.Of(agent, await db.ReadAgentsAsync([agent.TenantId], cancellation));

    /// <summary>The agents of tenants that are not revoked.</summary>
    public static async Task<IReadOnlyList<Agent>> ReadAgentsAsync(this CloudDb db, IReadOnlyCollection<Guid> tenantIds, CancellationToken cancellation) =>
        await db.Agents.AsNoTracking().Where(agent => tenantIds.Contains(agent.TenantId) && agent.RevokedAt == null).ToListAsync(cancellation);
}
