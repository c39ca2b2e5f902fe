using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tagasi.Protocol.Relay;

/// <summary>How an agent proves who it is on each connection: it signs the service's fresh challenge.</summary>
/// <remarks>A signature inside the TLS channel, not a client certificate, so that it survives a proxy that ends TLS.</remarks>
public static class AgentIdentity
{
    private const string Type = "tagasi-agent";
    private const string EnrolmentType = "tagasi-enrolment";
    private const string ReplacementType = "tagasi-replacement";
    private const string StatementType = "tagasi-agent-statement";
    private const string ImportType = "tagasi-import";

    /// <summary>The bearer token for one connection.</summary>
    /// <returns>agent id, a colon, and the JWS over the challenge and the service's key id.</returns>
    public static string Prove(Guid agentId, ECDsa identityKey, string challenge, string serviceKeyId) =>
        $"{agentId:N}:{Jws.Sign(identityKey, Type, Encoding.UTF8.GetBytes(serviceKeyId + "\n" + challenge))}";

    /// <summary>The agent's id as a token claims it; nothing is proved by it.</summary>
    public static Guid? ClaimedAgent(string token) =>
        token.IndexOf(':', StringComparison.Ordinal) is 32 && Guid.TryParseExact(token.AsSpan(0, 32), "N", out var id) ? id : null;

    /// <summary>The challenge that the token's key signed for this service, or null.</summary>
    public static string? ProvedChallenge(string token, ECDsa identityKey, string serviceKeyId)
    {
        var payload = Jws.Verify(identityKey, Type, token[(token.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var lines = payload is null ? [] : Encoding.UTF8.GetString(payload).Split('\n', 2);
        return lines is [var service, var challenge] && service == serviceKeyId ? challenge : null;
    }

    /// <summary>Proof of possession for enrolment: the new identity key signs the code's secret.</summary>
    public static string ProveEnrolment(ECDsa identityKey, ReadOnlySpan<byte> secret) => Jws.Sign(identityKey, EnrolmentType, SHA256.HashData(secret));

    /// <summary>Whether the key signed the code's secret.</summary>
    public static bool IsEnrolmentProof(ECDsa identityKey, ReadOnlySpan<byte> secret, string proof) =>
        Jws.Verify(identityKey, EnrolmentType, proof) is { } payload && CryptographicOperations.FixedTimeEquals(payload, SHA256.HashData(secret));

    /// <summary>A host that enrols anew gives up what it was, for this key and no other: its former identity key signs the code's secret and the new identity key.</summary>
    /// <param name="newKey">SubjectPublicKeyInfo.</param>
    /// <returns>former agent id, a colon, and the JWS.</returns>
    public static string ProveReplacement(Guid formerAgentId, ECDsa formerKey, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> newKey) =>
        $"{formerAgentId:N}:{Jws.Sign(formerKey, ReplacementType, SHA256.HashData([.. secret, .. newKey]))}";

    /// <summary>Whether the former agent's key signed the code's secret and the new key.</summary>
    public static bool IsReplacementProof(ECDsa formerKey, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> newKey, string proof) =>
        Jws.Verify(formerKey, ReplacementType, proof[(proof.IndexOf(':', StringComparison.Ordinal) + 1)..]) is { } payload
        && CryptographicOperations.FixedTimeEquals(payload, SHA256.HashData([.. secret, .. newKey]));

    /// <summary>Signs what an agent says of itself.</summary>
    public static string Sign(AgentStatement statement, ECDsa identityKey) =>
        Jws.Sign(identityKey, StatementType, JsonSerializer.SerializeToUtf8Bytes(statement, ProtocolJson.Default.AgentStatement));

    /// <summary>The statement, if this key signed it and its sealing key is the one that it is called; else null.</summary>
    public static AgentStatement? ReadStatement(ECDsa identityKey, string compact) =>
        Read(identityKey, StatementType, compact, ProtocolJson.Default.AgentStatement) is { SealingKey.IsSound: true } statement ? statement : null;

    /// <summary>Signs a part of an import.</summary>
    public static string Sign(ImportPart part, ECDsa identityKey) =>
        Jws.Sign(identityKey, ImportType, JsonSerializer.SerializeToUtf8Bytes(part, ProtocolJson.Default.ImportPart));

    /// <summary>The part, if this key signed it; else null.</summary>
    public static ImportPart? ReadPart(ECDsa identityKey, string compact) => Read(identityKey, ImportType, compact, ProtocolJson.Default.ImportPart);

    private static T? Read<T>(ECDsa identityKey, string type, string compact, JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return Jws.Verify(identityKey, type, compact) is { } payload ? JsonSerializer.Deserialize(payload, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
