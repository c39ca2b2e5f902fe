using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Writeback;

/// <summary>Signs the permission for one operation on one account, once the gates are passed.</summary>
internal sealed class TicketIssuer(IDbContextFactory<CloudDb> databases, ServiceSigningKey serviceKey, RandomNumberGenerator random, TimeProvider time)
{
    /// <returns>The request with its ticket, or null while an earlier request for the same account has no known outcome.</returns>
    public async Task<WritebackRequest?> IssueAsync(RecoverySession session, User user, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        if (await db.WritebackRequests.AnyAsync(WritebackRequest.IsOpen(user.Id, now), cancellation))
        {
            return null;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var sequence = await NextSequenceAsync(db, user.Id, now, cancellation);
        var ticket = new Ticket(
            ProtocolVersion.Current, serviceKey.Id, user.TenantId, user.Domain, user.SourceAnchor, Operation.Reset, NewRequestId(), sequence, now, now + Ticket.Lifetime, HashProofs(session));
        var signed = SignedTicket.Sign(ticket, serviceKey.Key);
        var request = new WritebackRequest
        {
            Id = ticket.RequestId,
            TenantId = user.TenantId,
            UserId = user.Id,
            SessionId = session.Id,
            Domain = user.Domain,
            Ticket = signed.Compact,
            TicketHash = signed.Hash,
            NotAfter = ticket.NotAfter,
        };
        db.WritebackRequests.Add(request);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return request;
    }

    private Guid NewRequestId()
    {
        var id = new byte[16];
        random.GetBytes(id);
        return new Guid(id);
    }

    // Follows the clock, so that a database brought back from a backup does not issue sequences that agents have seen.
    private static async Task<long> NextSequenceAsync(CloudDb db, Guid userId, DateTimeOffset now, CancellationToken cancellation)
    {
        var floor = now.ToUnixTimeMilliseconds();
        await db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.LastSequence, user => user.LastSequence >= floor ? user.LastSequence + 1 : floor), cancellation);
        return await db.Users.Where(user => user.Id == userId).Select(user => user.LastSequence).SingleAsync(cancellation);
    }

    private static string HashProofs(RecoverySession session) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{session.Id:N}\nemail-code\n{session.ProvenAt?.ToUnixTimeMilliseconds()}")));
}
