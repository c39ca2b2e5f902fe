using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Tagasi.Cloud.Directory;

/// <summary>One organisation on the service.</summary>
internal sealed class Tenant
{
    /// <summary>The tenant of names that belong to no tenant, so that their recoveries leave the same rows as real ones.</summary>
    public static readonly Guid Nobody = Guid.Empty;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    /// <summary>Onboarded: an administrator has enabled writeback. New tenants are not.</summary>
    public bool IsWritebackEnabled { get; set; }

    /// <summary>Grows with each enabling. Sealing keys, tickets and leases belong to one and are of no use in another.</summary>
    public long Epoch { get; set; }

    /// <summary>The toggle 'write back passwords': off, nothing is carried out, and nothing has to be enabled anew.</summary>
    public bool WritesPasswords { get; set; } = true;

    /// <summary>The toggle 'unlock without reset'.</summary>
    public bool AllowsUnlock { get; set; }

    public List<TenantDomain> Domains { get; } = [];
}

/// <summary>A verified domain: names that end in it belong to the tenant.</summary>
internal sealed class TenantDomain
{
    /// <summary>In lower case.</summary>
    public required string Name { get; init; }

    public Guid TenantId { get; init; }
}

internal sealed class TenantConfiguration : IEntityTypeConfiguration<Tenant>, IEntityTypeConfiguration<TenantDomain>
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        // EF takes an empty id for one that it should make up.
        builder.Property(tenant => tenant.Id).ValueGeneratedNever();
        builder.HasMany(tenant => tenant.Domains).WithOne().HasForeignKey(domain => domain.TenantId);
    }

    public void Configure(EntityTypeBuilder<TenantDomain> builder) => builder.HasKey(domain => domain.Name);
}
