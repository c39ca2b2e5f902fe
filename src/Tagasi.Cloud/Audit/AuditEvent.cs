using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Directory;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Audit;

/// <summary>Something that happened in a tenant. Never holds a secret, a code or a token.</summary>
internal sealed class AuditEvent
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid TenantId { get; init; }

    public DateTimeOffset At { get; set; }

    /// <summary>One of <see cref="Activities"/>.</summary>
    public required string Activity { get; init; }

    public required bool IsSuccess { get; init; }

    /// <summary>Who: a user principal name or of one that means nobody its domain, an administrator, an agent's host, "command line".</summary>
    public required string Actor { get; set; }

    public Guid? UserId { get; init; }

    public Guid? AgentId { get; init; }

    /// <summary>Ties the events of one recovery together.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>A code of the problem catalogue.</summary>
    public string? Problem { get; init; }

    /// <summary>For the administrator.</summary>
    public string? Detail { get; set; }
}

/// <summary>What can happen, in the words that administrators know from Entra ID's audit log.</summary>
internal static class Activities
{
    public const string Reset = "Reset password (self-service)";
    public const string Change = "Change password (self-service)";
    public const string Unlock = "Unlock user account (self-service)";
    public const string AdministratorReset = "Reset password (by admin)";
    public const string Verify = "Verify password";
    public const string Progress = "Self-service password reset flow activity progress";
    public const string Blocked = "Blocked from self-service password reset";
    public const string AgentEnrolled = "Agent enrolled";
    public const string AgentRevoked = "Agent revoked";
    public const string AgentConnected = "Agent connected";
    public const string AgentDisconnected = "Agent disconnected";
    public const string AgentRefused = "Agent refused";
    public const string WritebackEnabled = "Writeback enabled";
    public const string WritebackDisabled = "Writeback disabled";
    public const string WritebackSet = "Writeback toggles set";
    public const string WritebackShown = "Writeback status shown";
    public const string EnrolmentCodeCreated = "Enrolment code created";
    public const string Import = "Full import";
    public const string TenantCreated = "Tenant created";
    public const string DomainAdded = "Verified domain added";
    public const string DomainRemoved = "Verified domain removed";
    public const string UsersRemoved = "Users removed";
    public const string AdministratorCreated = "Cloud administrator created";
    public const string AdministratorRemoved = "Cloud administrator removed";
    public const string AdministratorPasswordSet = "Cloud administrator's password set";
    public const string AdministratorSignedIn = "Cloud administrator signed in";

    public static string Of(Operation operation) => operation switch
    {
        Operation.Reset => Reset,
        Operation.Change or Operation.ForcedChange => Change,
        Operation.Unlock => Unlock,
        Operation.AdministratorReset => AdministratorReset,
        Operation.Verify => Verify,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "An operation without an activity."),
    };
}

internal sealed class AuditEventConfiguration : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.HasIndex(e => new { e.TenantId, e.At });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(e => e.TenantId);
    }
}
