using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Writeback;

/// <summary>One ticket and what became of it. Never holds the envelope: that is forwarded and forgotten.</summary>
internal sealed class WritebackRequest
{
    // An agent sends nothing after the ticket's time; a modify that a domain controller sat on is over minutes later.
    private static readonly TimeSpan LongOver = TimeSpan.FromMinutes(10);

    /// <summary>The request id of the ticket.</summary>
    public required Guid Id { get; init; }

    public required Guid TenantId { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>The recovery that it belongs to; null for an administrator's reset.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Who asked for it: the person, or a cloud administrator.</summary>
    public required string AskedBy { get; init; }

    public required string Domain { get; init; }

    public required Operation Operation { get; init; }

    /// <summary>JWS compact serialization.</summary>
    public required string Ticket { get; init; }

    public required byte[] TicketHash { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The tenant's epoch when the ticket was issued; in another it is not leased.</summary>
    public required long Epoch { get; init; }

    public RequestState State { get; set; } = RequestState.Issued;

    /// <summary>The one agent that may carry it out, and the one that is asked what became of it.</summary>
    public Guid? AgentId { get; set; }

    public DateTimeOffset? LeasedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? Problem { get; set; }

    /// <summary>The agent's signed answer, kept as evidence.</summary>
    public string? SignedResult { get; set; }

    /// <summary>
    /// Requests of a user that an agent may still be carrying out. Once the ticket's time is long over nothing can be written for it any
    /// more; an outcome that is then still unknown, because its agent never came back, is in nobody's way.
    /// </summary>
    public static Expression<Func<WritebackRequest, bool>> IsOpen(Guid userId, DateTimeOffset now)
    {
        var longOver = now - LongOver;
        return request => request.UserId == userId && (request.State == RequestState.Leased || request.State == RequestState.Unknown) && request.NotAfter > longOver;
    }
}

/// <summary>The life of a request: Issued → Leased → Applied | Refused | Unknown, and Unknown → Applied | Refused.</summary>
internal enum RequestState
{
    Issued = 1,
    Leased = 2,
    Unknown = 3,
    Applied = 4,
    Refused = 5,
}

internal sealed class WritebackRequestConfiguration : IEntityTypeConfiguration<WritebackRequest>
{
    public void Configure(EntityTypeBuilder<WritebackRequest> builder)
    {
        builder.HasIndex(request => request.TicketHash).IsUnique();
        builder.HasIndex(request => request.SessionId);
        builder.HasIndex(request => new { request.State, request.LeasedAt });
        builder.HasIndex(request => new { request.UserId, request.State });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(request => request.TenantId);
        builder.HasOne<User>().WithMany().HasForeignKey(request => request.UserId);
        builder.HasOne<RecoverySession>().WithMany().HasForeignKey(request => request.SessionId);
    }
}
