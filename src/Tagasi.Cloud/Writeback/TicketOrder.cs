using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tagasi.Cloud.Administration;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Writeback;

/// <summary>What a ticket is to be issued for, and on whose word.</summary>
/// <param name="SessionId">The recovery that it belongs to; null for an administrator's.</param>
/// <param name="AskedBy">Who, for the audit log.</param>
/// <param name="ProofsHash">SHA-256, in base64url, over the proofs that were given.</param>
internal sealed record TicketOrder(User User, Operation Operation, Guid? SessionId, string AskedBy, string ProofsHash)
{
    /// <summary>By the person, who has passed the gates.</summary>
    public static TicketOrder For(RecoverySession session, User user, Operation operation) =>
        new(user, operation, session.Id, user.UserPrincipalName, Hash($"{session.Id:N}\nemail-code\n{session.ProvenAt?.ToUnixTimeMilliseconds()}"));

    /// <summary>By a cloud administrator who is signed in.</summary>
    public static TicketOrder For(Administrator by, User user) => new(user, Operation.AdministratorReset, null, by.Name, Hash($"{by.Id:N}\nadministrator"));

    private static string Hash(string proofs) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(proofs)));
}
