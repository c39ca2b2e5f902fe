using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tagasi.Protocol.Tickets;

/// <summary>A ticket with the service's signature, in the very form that travels.</summary>
/// <param name="Compact">JWS compact serialization, ES256.</param>
public sealed record SignedTicket(string Compact)
{
    private const string Type = "tagasi-ticket";

    /// <summary>Longer ones are refused unread.</summary>
    public const int MaxLength = 4096;

    /// <summary>SHA-256 over the compact form: what the envelope is bound to and the result refers to.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(Compact));

    /// <summary>Signs a ticket.</summary>
    /// <param name="ticket">The permission.</param>
    /// <param name="serviceKey">The service's P-256 signing key.</param>
    public static SignedTicket Sign(Ticket ticket, ECDsa serviceKey) =>
        new(Jws.Sign(serviceKey, Type, JsonSerializer.SerializeToUtf8Bytes(ticket, ProtocolJson.Default.Ticket)));

    /// <summary>Opens the ticket, if the service's key signed it. From version 2 on there is one form of it alone, so that nobody makes a second of the same ticket; before, the envelope is bound to the one form.</summary>
    /// <returns>The ticket, or null when the signature, the form or the version is not right.</returns>
    public Ticket? Verify(ECDsa serviceKey)
    {
        if (Compact.Length > MaxLength || Jws.Verify(serviceKey, Type, Compact) is not { } payload)
        {
            return null;
        }

        try
        {
            var ticket = JsonSerializer.Deserialize(payload, ProtocolJson.Default.Ticket);
            return ticket is not null && ProtocolVersion.IsSupported(ticket.Version) && ticket.Service == KeyId.Of(serviceKey)
                && (ticket.Version < ProtocolVersion.Onboarding || Jws.IsLower(Compact)) ? ticket : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
