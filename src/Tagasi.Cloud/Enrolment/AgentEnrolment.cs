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
        db.PendingEnrolments.Add(new PendingEnrolment { SecretHash = SHA256.HashData(code.Secret), TenantId = tenantId, ExpiresAt = time.GetUtcNow() + EnrolmentCode.Lifetime });
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
        var hash = SHA256.HashData(request.Secret);
        // One statement, so that of two agents with the same code one is admitted.
        var taken = await db.PendingEnrolments.Where(pending => pending.SecretHash == hash && pending.UsedAt == null && pending.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(pending => pending.UsedAt, now), cancellation);
        if (taken == 0)
        {
            return (null, Problems.EnrolmentCodeInvalid);
        }

        var tenantId = await db.PendingEnrolments.Where(pending => pending.SecretHash == hash).Select(pending => pending.TenantId).SingleAsync(cancellation);
        var agent = new Agent { TenantId = tenantId, HostName = Clip(request.HostName), Version = Clip(request.AgentVersion), IdentityKey = request.IdentityKey, EnrolledAt = now };
        var former = await FindReplacedAsync(db, request, tenantId, cancellation);
        former?.RevokedAt = now;
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

    // Only of the code's own tenant, and only on the former agent's own word. Without it there is nothing to revoke, and the enrolment stands.
    private static async Task<Agent?> FindReplacedAsync(CloudDb db, EnrolmentRequest request, Guid tenantId, CancellationToken cancellation)
    {
        if (request.Replaces is not { } proof || AgentIdentity.ClaimedAgent(proof) is not { } formerId
            || await db.Agents.SingleOrDefaultAsync(agent => agent.Id == formerId && agent.TenantId == tenantId && agent.RevokedAt == null, cancellation) is not { } former)
        {
            return null;
        }

        using var key = former.ImportIdentityKey();
        return AgentIdentity.IsReplacementProof(key, request.Secret, request.IdentityKey, proof) ? former : null;
    }

    private static bool IsKeyProved(EnrolmentRequest request)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(request.IdentityKey, out var read);
            return read == request.IdentityKey.Length && key.KeySize == 256 && AgentIdentity.IsEnrolmentProof(key, request.Secret, request.Proof);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // It is shown in terminals and logs.
    private static string Clip(string text)
    {
        var plain = string.Concat(text.Where(letter => !char.IsControl(letter)));
        return plain.Length <= 100 ? plain : plain[..100];
    }
}
