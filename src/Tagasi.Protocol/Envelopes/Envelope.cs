namespace Tagasi.Protocol.Envelopes;

/// <summary>The password, sealed to the agents' keys and bound to its ticket.</summary>
/// <remarks>
/// The body is sealed once under a fresh AES-256-GCM key with the ticket's hash as associated data; that key is wrapped by
/// HPKE for each agent, again with the ticket's hash. A fresh key seals one body, so the nonce is all zeros.
/// </remarks>
/// <param name="Suite">How it is sealed; <see cref="Suite1"/> is all there is. The byte that makes a change of suite possible.</param>
/// <param name="Body">Ciphertext and tag: always <see cref="BodyBytes"/> bytes, so that neither the password's length nor the operation shows.</param>
/// <param name="Keys">The body's key, wrapped for each agent that could carry out the request.</param>
public sealed record Envelope(byte Suite, byte[] Body, IReadOnlyList<WrappedKey> Keys)
{
    /// <summary>DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.</summary>
    public const byte Suite1 = 1;

    /// <summary>Active Directory takes 256 UTF-16 units at most ([MS-SAMR] 3.1.1.7.2).</summary>
    public const int MaxPasswordBytes = 512;

    /// <summary>Length (two bytes, big-endian), then the password in UTF-16LE, then zeros.</summary>
    public const int SlotBytes = 2 + MaxPasswordBytes;

    /// <summary>Two slots, the new password and the current one (empty unless the operation needs it), and the tag.</summary>
    public const int BodyBytes = (2 * SlotBytes) + Hpke.TagBytes;

    /// <summary>More agents than this serve no tenant; a longer list is refused unread.</summary>
    public const int MaxKeys = 40;

    /// <summary>Whether its parts have the sizes that they must have; what they hold only the recipient can tell.</summary>
    public bool IsWellFormed => Suite == Suite1 && Body.Length == BodyBytes && Keys.Count is > 0 and <= MaxKeys
        && Keys.All(key => key is not null) && Keys.Select(key => key.KeyId).Distinct(StringComparer.Ordinal).Count() == Keys.Count;

    internal static ReadOnlySpan<byte> Info => "tagasi envelope 1"u8;

    internal const int BodyKeyBytes = 32;
}

/// <summary>The body's key for one agent.</summary>
/// <param name="KeyId">The agent's sealing key (<see cref="SealingKey.KeyId"/>).</param>
/// <param name="Encapsulated">HPKE's enc: 65 bytes.</param>
/// <param name="Ciphertext">The wrapped key: 48 bytes.</param>
public sealed record WrappedKey(string KeyId, byte[] Encapsulated, byte[] Ciphertext);

/// <summary>A key that envelopes are sealed to.</summary>
/// <param name="KeyId">Its name (<see cref="Protocol.KeyId"/> of the SubjectPublicKeyInfo).</param>
/// <param name="Point">The uncompressed P-256 point: 65 bytes.</param>
public sealed record SealingKey(string KeyId, byte[] Point)
{
    /// <summary>Whether the point is a key, and the key the one that it is called.</summary>
    public bool IsSound
    {
        get
        {
            try
            {
                using var key = Hpke.ImportPublic(Point);
                return KeyId == Protocol.KeyId.Of(key);
            }
            catch (System.Security.Cryptography.CryptographicException)
            {
                return false;
            }
        }
    }
}
