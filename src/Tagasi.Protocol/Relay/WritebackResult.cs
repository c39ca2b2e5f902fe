using System.Security.Cryptography;
using System.Text.Json;

namespace Tagasi.Protocol.Relay;

/// <summary>What became of a request: applied, refused or unknown.</summary>
public enum Outcome
{
    /// <summary>The directory shows the new password.</summary>
    Applied = 1,

    /// <summary>Nothing was changed, and nothing will be for this request; the problem says why.</summary>
    Refused = 2,

    /// <summary>A write may have happened; it is resolved by looking, never by writing again.</summary>
    Unknown = 3,
}

/// <summary>The agent's answer to one request.</summary>
/// <param name="RequestId">The ticket's request id.</param>
/// <param name="TicketHash">SHA-256 over the signed ticket: the answer cannot be moved to another request.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Problem">A code of the problem catalogue: why it was refused, or what the administrator should know of a success.</param>
/// <param name="Detail">For the administrator: the directory's own words, without secrets. Never shown to the person.</param>
/// <param name="EarliestChange">With a refusal by minimum age: when the next change is allowed.</param>
/// <param name="DomainController">Where it was written or looked up.</param>
/// <param name="At">The agent's clock.</param>
public sealed record WritebackResult(
    Guid RequestId,
    byte[] TicketHash,
    Outcome Outcome,
    string? Problem,
    string? Detail,
    DateTimeOffset? EarliestChange,
    string? DomainController,
    DateTimeOffset At);

/// <summary>A result with the agent's signature.</summary>
public static class SignedResult
{
    private const string Type = "tagasi-result";

    /// <summary>Signs a result with the agent's identity key.</summary>
    public static string Sign(WritebackResult result, ECDsa identityKey) =>
        Jws.Sign(identityKey, Type, JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.WritebackResult));

    /// <summary>The result, if this agent signed it; else null.</summary>
    public static WritebackResult? Verify(string compact, ECDsa identityKey)
    {
        try
        {
            return Jws.Verify(identityKey, Type, compact) is { } payload ? JsonSerializer.Deserialize(payload, ProtocolJson.Default.WritebackResult) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
