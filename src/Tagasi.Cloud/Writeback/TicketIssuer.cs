using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Writeback;

/// <summary>Signs the permission for one operation on one account, once the gates are passed.</summary>
internal sealed class TicketIssuer(IDbContextFactory<CloudDb> databases, ServiceSigningKey serviceKey, RandomNumberGenerator random, TimeProvider time)
{
    /// <param name="epoch">The tenant's, in which it may be leased.</param>
    /// <returns>The request with its ticket, or null while an earlier request for the same account has no known outcome.</returns>
    public async Task<WritebackRequest?> IssueAsync(TicketOrder order, long epoch, CancellationToken cancellation)
    {
        var user = order.User;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        if (await db.WritebackRequests.AnyAsync(WritebackRequest.IsOpen(user.Id, now), cancellation))
        {
            return null;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var sequence = await NextSequenceAsync(db, user.Id, now, cancellation);
        // In the oldest version that knows the operation, which every agent that is given it reads.
        var ticket = new Ticket(
            order.Operation.OldestVersion(), serviceKey.Id, user.TenantId, user.Domain, user.SourceAnchor, order.Operation, NewRequestId(), sequence, now, now + Ticket.Lifetime, order.ProofsHash);
        var signed = SignedTicket.Sign(ticket, serviceKey.Key);
        var request = new WritebackRequest
        {
            Id = ticket.RequestId,
            TenantId = user.TenantId,
            UserId = user.Id,
            SessionId = order.SessionId,
            AskedBy = order.AskedBy,
            Domain = user.Domain,
            Operation = order.Operation,
            Ticket = signed.Compact,
            TicketHash = signed.Hash,
            NotAfter = ticket.NotAfter,
            Epoch = epoch,
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

    // Follows the clock, so that a database brought back from a backup does not issue sequences that agents have seen; also back, where the
    // clock was wrong for a time: agents take none that is a day ahead.
    private static async Task<long> NextSequenceAsync(CloudDb db, Guid userId, DateTimeOffset now, CancellationToken cancellation)
    {
        var floor = now.ToUnixTimeMilliseconds();
        var ceiling = now.AddHours(12).ToUnixTimeMilliseconds();
        await db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.LastSequence, user => user.LastSequence >= floor && user.LastSequence < ceiling ? user.LastSequence + 1 : floor), cancellation);
        return await db.Users.Where(user => user.Id == userId).Select(user => user.LastSequence).SingleAsync(cancellation);
    }
}
