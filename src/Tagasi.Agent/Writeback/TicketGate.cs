using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>Which tickets this agent takes: those of the service, tenant and domains that it was enrolled and set up for, in their time.</summary>
internal sealed class TicketGate(ECDsa serviceKey, Guid tenantId, IReadOnlyCollection<string> domains, TimeProvider time)
{
    /// <summary>
    /// How far the service's clock may be ahead of ours. A ticket used early does no harm, so this may be generous; at the other
    /// end there is no tolerance, because nothing may be written after a ticket's time.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SequenceTolerance = TimeSpan.FromDays(1);

    /// <summary>Whether this agent may carry the ticket out.</summary>
    /// <returns>The ticket, or why it is none for this agent.</returns>
    public (AdmittedTicket? Ticket, Verdict.Refused? Refusal) Admit(string compact)
    {
        var (ticket, refusal) = Recognize(compact);
        if (ticket is null)
        {
            return (null, refusal);
        }

        // What the enum does not name, this version does not know how to do.
        if (!Enum.IsDefined(ticket.Ticket.Operation))
        {
            return (null, new(Problems.TicketInvalid, "for an operation that this version does not know"));
        }

        // Sequences follow the service's clock. One far ahead of it would be the last that its account ever takes.
        if (IsAhead(ticket.Ticket.Sequence, ticket.Ticket.NotAfter))
        {
            return (null, new(Problems.TicketInvalid, $"its sequence {ticket.Ticket.Sequence} is ahead of its time"));
        }

        return domains.Contains(ticket.Domain)
            ? (ticket, null)
            : (null, new(Problems.DomainNotServed, $"this agent does not serve the domain {ticket.Domain}"));
    }

    /// <summary>Whether the ticket is one of this agent's service and tenant, so that its holder may ask what became of it.</summary>
    /// <remarks>What the settings say today has no part in it: a write may have been sent when they said otherwise.</remarks>
    /// <returns>The ticket, or why it is none that this agent can have been given.</returns>
    public (AdmittedTicket? Ticket, Verdict.Refused? Refusal) Recognize(string compact)
    {
        if (compact.Length > SignedTicket.MaxLength || new SignedTicket(compact).Verify(serviceKey) is not { } ticket)
        {
            return (null, new(Problems.TicketInvalid, "not signed by the service that this agent is enrolled with, or in no form that it knows"));
        }

        return ticket.TenantId == tenantId
            ? (new AdmittedTicket(ticket, new SignedTicket(compact).Hash), null)
            : (null, new(Problems.TicketInvalid, "for another tenant"));
    }

    /// <summary>Whether a sequence is of another time than this, far behind it.</summary>
    public static bool IsAhead(long sequence, DateTimeOffset at) => sequence > (at + SequenceTolerance).ToUnixTimeMilliseconds();

    /// <summary>Why the ticket cannot be carried out now, by this host's own clock; null: it can.</summary>
    public Verdict.Refused? FindTimeFault(Ticket ticket)
    {
        var now = time.GetUtcNow();
        var lifetime = ticket.NotAfter - ticket.NotBefore;
        return lifetime <= TimeSpan.Zero || lifetime > Ticket.LongestLifetime ? new(Problems.TicketInvalid, $"claims to be good for {lifetime.TotalSeconds:0} s")
            : now < ticket.NotBefore - ClockTolerance ? new(Problems.TicketExpired, $"good from {ticket.NotBefore:O}, and it is {now:O} here: the clocks differ")
            : now > ticket.NotAfter ? new(Problems.TicketExpired, $"good until {ticket.NotAfter:O}, and it is {now:O} here")
            : null;
    }

    /// <summary>What an unproved ticket speaks of, so that its refusal can be told from others; null if it is unreadable.</summary>
    /// <remarks>Nothing follows from it: the refusal carries the hash of this very text, and no right ticket has the same.</remarks>
    public static Ticket? Claimed(string compact)
    {
        try
        {
            return compact.Length <= SignedTicket.MaxLength && compact.Split('.') is [_, var payload, _]
                ? JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), ProtocolJson.Default.Ticket)
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
