using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Audit;

namespace Tagasi.Cloud.Directory;

/// <summary>A person of a tenant, as the agents' imports show them.</summary>
internal sealed class User
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid TenantId { get; init; }

    /// <summary>objectGUID: ties the cloud object to the AD object for good.</summary>
    public Guid SourceAnchor { get; init; }

    /// <summary>DNS name of the AD domain, in lower case.</summary>
    public required string Domain { get; set; }

    public required string UserPrincipalName { get; set; }

    /// <summary>The name as it is looked up (<see cref="NameKey"/>).</summary>
    public required string UserPrincipalNameKey { get; set; }

    public required string SamAccountName { get; set; }

    public required string DisplayName { get; set; }

    public string? Mail { get; set; }

    /// <summary>Where codes go: not the mailbox that the person is locked out of.</summary>
    public string? RecoveryMail { get; set; }

    public bool IsEnabled { get; set; }

    public DateTimeOffset ImportedAt { get; set; }

    /// <summary>When an import no longer found the object; such a user cannot recover.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Sequence of the newest ticket.</summary>
    public long LastSequence { get; set; }

    /// <summary>AD compares user principal names without regard to case.</summary>
    public static string NameKey(string userPrincipalName)
    {
        var name = PlainText.Of(userPrincipalName).Trim();
        try
        {
            name = name.Normalize();
        }
        catch (ArgumentException)
        {
            // It holds what is no character: such a name stands for itself.
        }

        return name.ToUpperInvariant();
    }
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.HasIndex(user => new { user.TenantId, user.SourceAnchor }).IsUnique();
        builder.HasIndex(user => new { user.TenantId, user.UserPrincipalNameKey });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(user => user.TenantId);
    }
}
