using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Directory;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Enrolment;

/// <summary>An agent host that was admitted to a tenant.</summary>
internal sealed class Agent
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid TenantId { get; init; }

    public required string HostName { get; set; }

    public required string Version { get; set; }

    /// <summary>Public identity key, SubjectPublicKeyInfo.</summary>
    public required byte[] IdentityKey { get; init; }

    /// <summary>What it and the service spoke last; null: it has not connected yet, nor the one that it replaced.</summary>
    public int? ProtocolVersion { get; set; }

    /// <summary>The sealing key that it brought last.</summary>
    public string? SealingKeyId { get; set; }

    /// <summary>The tenant's epoch that this key is good for, and no other.</summary>
    public long? SealingEpoch { get; set; }

    /// <summary>Ids of the identity keys that its host's settings name, separated by spaces; null: it has not said.</summary>
    public string? KnownAgents { get; set; }

    /// <summary>Or when the one was that it replaced.</summary>
    public DateTimeOffset EnrolledAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>Set once, never cleared: a revoked agent enrols anew.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>It cannot name others. What once did is not of version 1, whatever it says today.</summary>
    public bool IsOfVersion1 => ProtocolVersion == 1 && KnownAgents is null;

    /// <summary>Whether its host's settings name the other.</summary>
    public bool Knows(Agent other) => KnownAgents?.Split(' ').Contains(KeyId.Of(other.IdentityKey), StringComparer.Ordinal) is true;

    /// <summary>The public key, for one verification.</summary>
    public ECDsa ImportIdentityKey()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(IdentityKey, out _);
        return key;
    }
}

/// <summary>A one-time code that was given out.</summary>
internal sealed class PendingEnrolment
{
    /// <summary>SHA-256 of the code's secret.</summary>
    public required byte[] SecretHash { get; init; }

    public Guid TenantId { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class AgentConfiguration : IEntityTypeConfiguration<Agent>, IEntityTypeConfiguration<PendingEnrolment>
{
    public void Configure(EntityTypeBuilder<Agent> builder) => builder.HasOne<Tenant>().WithMany().HasForeignKey(agent => agent.TenantId);

    public void Configure(EntityTypeBuilder<PendingEnrolment> builder)
    {
        builder.HasKey(pending => pending.SecretHash);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(pending => pending.TenantId);
    }
}
