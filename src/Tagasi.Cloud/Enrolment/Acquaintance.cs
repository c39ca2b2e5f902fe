using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Enrolment;

/// <summary>How an agent stands to the tenant's others.</summary>
/// <param name="Strangers">Who does not know it, or whom it does not know, by the settings of both hosts.</param>
/// <param name="IsWaiting">One of them got requests before it: it gets none.</param>
internal sealed record Acquaintance(IReadOnlyList<Agent> Strangers, bool IsWaiting);

/// <summary>A further agent gets requests once it and those that were there before know each other, so that an enrolment code alone opens nobody's passwords.</summary>
internal static class Acquaintances
{
    public static async Task<Acquaintance> FindAcquaintanceAsync(this CloudDb db, Agent agent, CancellationToken cancellation)
    {
        // Agents of version 1 know nobody, and are not sealed to beside others.
        var others = await db.Agents.AsNoTracking()
            .Where(other => other.TenantId == agent.TenantId && other.Id != agent.Id && other.RevokedAt == null && (other.ProtocolVersion == null || other.ProtocolVersion >= ProtocolVersion.Onboarding))
            .OrderBy(other => other.EnrolledAt).ThenBy(other => other.Id)
            .ToListAsync(cancellation);
        IReadOnlyList<Agent> strangers = [.. others.Where(other => !agent.Knows(other) || !other.Knows(agent))];
        return new(strangers, strangers.Any(other => WasBefore(other, agent)));
    }

    // Whose key was never taken has never had a request, whenever it was enrolled.
    private static bool WasBefore(Agent other, Agent agent) => other.SealingKeyId is not null
        && (agent.SealingKeyId is null || (other.EnrolledAt, other.Id).CompareTo((agent.EnrolledAt, agent.Id)) < 0);
}
