using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Enrolment;

/// <summary>Gives out one-time codes and admits the agents that bring them.</summary>
internal sealed class AgentEnrolment(IDbContextFactory<CloudDb> databases, ServiceSigningKey serviceKey, TimeProvider time, AuditLog audit)
{
    /// <summary>A code for one more agent of the tenant. Only its hash is kept.</summary>
    public async Task<EnrolmentCode> CreateCodeAsync(Guid tenantId, CancellationToken cancellation)
    {
        var code = EnrolmentCode.Create(serviceKey.PublicKey);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.PendingEnrolments.Add(new PendingEnrolment { SecretHash = code.Verifier, TenantId = tenantId, ExpiresAt = time.GetUtcNow() + EnrolmentCode.Lifetime });
        await db.SaveChangesAsync(cancellation);
        await audit.WriteAsync(new AuditEvent { TenantId = tenantId, Activity = Activities.EnrolmentCodeCreated, IsSuccess = true, Actor = "command line" });
        return code;
    }

    /// <returns>The admission, or the problem.</returns>
    public async Task<(EnrolmentReply? Reply, Problem? Problem)> EnrolAsync(EnrolmentRequest request, CancellationToken cancellation)
    {
        if (!IsKeyProved(request))
        {
            return (null, Problems.InputInvalid);
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        if (await FindCodeAsync(db, request, now, cancellation) is not { } hash)
        {
            return (null, Problems.EnrolmentCodeInvalid);
        }

        // One statement, so that of two agents with the same code one is admitted.
        var taken = await db.PendingEnrolments.Where(pending => pending.SecretHash == hash && pending.UsedAt == null && pending.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(pending => pending.UsedAt, now), cancellation);
        if (taken == 0)
        {
            return (null, Problems.EnrolmentCodeInvalid);
        }

        var tenantId = await db.PendingEnrolments.Where(pending => pending.SecretHash == hash).Select(pending => pending.TenantId).SingleAsync(cancellation);
        var agent = new Agent
        {
            TenantId = tenantId, HostName = PlainText.Clip(request.HostName), Version = PlainText.Clip(request.AgentVersion), IdentityKey = request.IdentityKey, EnrolledAt = now,
            // Who does not show the code is not of version 1, whatever is said in its name: it can sign, and knows nobody so far.
            KnownAgents = request.Secret is null ? "" : null,
        };
        var former = await FindReplacedAsync(db, request, tenantId, cancellation);
        if (former is not null)
        {
            await ReplaceAsync(db, former, agent, cancellation);
        }

        db.Agents.Add(agent);
        await db.SaveChangesAsync(cancellation);
        if (former is not null)
        {
            await audit.WriteAsync(new AuditEvent
            {
                TenantId = tenantId,
                Activity = Activities.AgentRevoked,
                IsSuccess = true,
                Actor = agent.HostName,
                AgentId = former.Id,
                Detail = $"replaced by {agent.Id}",
            });
        }

        await audit.WriteAsync(new AuditEvent
        {
            TenantId = tenantId,
            Activity = Activities.AgentEnrolled,
            IsSuccess = true,
            Actor = agent.HostName,
            AgentId = agent.Id,
            Detail = "key " + KeyId.Of(agent.IdentityKey),
        });
        var name = await db.Tenants.Where(tenant => tenant.Id == tenantId).Select(tenant => tenant.Name).SingleAsync(cancellation);
        return (new EnrolmentReply(agent.Id, tenantId, name), null);
    }

    // An agent of version 1 shows the secret. Open codes are few: they live for a quarter of an hour.
    private static async Task<byte[]?> FindCodeAsync(CloudDb db, EnrolmentRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        if (request.Secret is { } secret)
        {
            return EnrolmentCode.VerifierOf(secret);
        }

        var open = await db.PendingEnrolments.Where(pending => pending.UsedAt == null && pending.ExpiresAt > now).Select(pending => pending.SecretHash).ToListAsync(cancellation);
        return open.Find(verifier =>
            CryptographicOperations.FixedTimeEquals(EnrolmentCode.IdOf(verifier), request.CodeId) && CryptographicOperations.FixedTimeEquals(EnrolmentCode.Bind(verifier, request.IdentityKey), request.Binding));
    }

    // One that none of the others knows serves alone, and keeps its place before them: else a stranger that waited for it would be the first.
    private static async Task ReplaceAsync(CloudDb db, Agent former, Agent agent, CancellationToken cancellation)
    {
        former.RevokedAt = agent.EnrolledAt;
        var others = await db.ReadAgentsAsync([former.TenantId], cancellation);
        if (Acquaintance.Of(former, others) is { IsWaiting: false } place && place.Strangers.Count == others.Count - 1)
        {
            (agent.EnrolledAt, agent.ProtocolVersion, agent.SealingKeyId) = (former.EnrolledAt, former.ProtocolVersion, former.SealingKeyId);
        }
    }

    // Only of the code's own tenant, and only on the former agent's own word. Without it there is nothing to revoke, and the enrolment stands.
    private static async Task<Agent?> FindReplacedAsync(CloudDb db, EnrolmentRequest request, Guid tenantId, CancellationToken cancellation)
    {
        if (request.Replaces is not { } proof || AgentIdentity.ClaimedAgent(proof) is not { } formerId
            || await db.Agents.SingleOrDefaultAsync(agent => agent.Id == formerId && agent.TenantId == tenantId && agent.RevokedAt == null, cancellation) is not { } former)
        {
            return null;
        }

        using var key = former.ImportIdentityKey();
        return AgentIdentity.IsReplacementProof(key, request.Shown, request.IdentityKey, proof) ? former : null;
    }

    private static bool IsKeyProved(EnrolmentRequest request)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(request.IdentityKey, out var read);
            return read == request.IdentityKey.Length && key.KeySize == 256 && AgentIdentity.IsEnrolmentProof(key, request.Shown, request.Proof);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
