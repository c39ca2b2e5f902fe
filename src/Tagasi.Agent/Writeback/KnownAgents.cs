using System.Collections.Concurrent;
using System.Security.Cryptography;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Writeback;

/// <summary>Who, besides this agent, may have been sealed to: the tenant's agents that this host's settings name, and nobody else.</summary>
/// <remarks>So that a password which a stranger could open is never set. It holds as far as the service passes on all keys of the envelope; it does not
/// take the service's word for whose they are.</remarks>
/// <param name="keyIds">Of identity keys.</param>
internal sealed class KnownAgents(IEnumerable<string> keyIds)
{
    // Of sealing keys that a known agent has signed. It makes a new one with each epoch, and forgetting costs no more than another look.
    private const int MaxTrusted = 1000;

    private readonly HashSet<string> known = [.. keyIds];
    private readonly ConcurrentDictionary<string, byte> trusted = new(StringComparer.Ordinal);

    /// <summary>In the order of the settings.</summary>
    public IReadOnlyList<string> KeyIds { get; } = [.. keyIds];

    /// <summary>A sealing key in the envelope that is neither this agent's own nor a known agent's; null: there is none.</summary>
    /// <param name="own">This agent's key.</param>
    public string? FindStranger(Envelope envelope, string own, IReadOnlyList<Recipient>? recipients) => !envelope.IsWellFormed || envelope.Keys.All(key => key.KeyId != own)
        ? null // this agent cannot open it, which is another fault
        : envelope.Keys.Select(key => key.KeyId).FirstOrDefault(id => id != own && !IsTrusted(id, recipients));

    private bool IsTrusted(string sealingKeyId, IReadOnlyList<Recipient>? recipients)
    {
        if (trusted.ContainsKey(sealingKeyId))
        {
            return true;
        }

        if (recipients?.Any(recipient => recipient is not null && known.Contains(KeyId.Of(recipient.IdentityKey)) && HasSigned(recipient, sealingKeyId)) is not true)
        {
            return false;
        }

        if (trusted.Count >= MaxTrusted)
        {
            trusted.Clear();
        }

        trusted[sealingKeyId] = 0;
        return true;
    }

    private static bool HasSigned(Recipient recipient, string sealingKeyId)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(recipient.IdentityKey, out _);
            return AgentIdentity.ReadStatement(key, recipient.Statement)?.SealingKey.KeyId == sealingKeyId;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
