using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Directory;

namespace Tagasi.Cloud.Administrators;

/// <summary>An administrator whose account lives at the service alone, so that nobody who owns the directory owns it too.</summary>
internal sealed class CloudAdministrator
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid TenantId { get; init; }

    public required string Name { get; init; }

    /// <summary>PBKDF2 as ASP.NET Core Identity writes it.</summary>
    public required string PasswordHash { get; set; }
}

internal sealed class CloudAdministratorConfiguration : IEntityTypeConfiguration<CloudAdministrator>
{
    public void Configure(EntityTypeBuilder<CloudAdministrator> builder)
    {
        builder.HasIndex(administrator => administrator.Name).IsUnique();
        builder.HasOne<Tenant>().WithMany().HasForeignKey(administrator => administrator.TenantId);
    }
}
