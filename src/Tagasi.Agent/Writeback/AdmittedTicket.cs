using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>A ticket whose signature and tenant are right, and, if it came to be carried out, its domain. Its time and its order are checked then.</summary>
/// <param name="Hash">SHA-256 over the signed form: envelope and result are bound to it.</param>
internal sealed record AdmittedTicket(Ticket Ticket, byte[] Hash)
{
    public Guid RequestId => Ticket.RequestId;

    public Operation Operation => Ticket.Operation;

    public Guid Account => Ticket.ObjectGuid;

    /// <summary>Domains are compared, and written to the journal, in lower case.</summary>
    public string Domain { get; } = Ticket.Domain.ToLowerInvariant();
}
