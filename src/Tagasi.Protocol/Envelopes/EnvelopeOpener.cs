using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tagasi.Protocol.Envelopes;

/// <summary>Opens envelopes with one agent's sealing key.</summary>
public sealed class EnvelopeOpener : IDisposable
{
    private readonly ECDiffieHellman key;

    /// <summary>Takes over the private key.</summary>
    /// <param name="key">P-256.</param>
    public EnvelopeOpener(ECDiffieHellman key)
    {
        this.key = key;
        PublicKey = new SealingKey(KeyId.Of(key), Hpke.PublicPoint(key));
    }

    /// <summary>What others seal to.</summary>
    public SealingKey PublicKey { get; }

    /// <summary>Opens an envelope that is bound to a ticket.</summary>
    /// <param name="envelope">As it came.</param>
    /// <param name="ticketHash">SHA-256 over the signed ticket that it came with.</param>
    /// <returns>The passwords, to be disposed of at once after use; null when the envelope was not sealed to this key for this ticket.</returns>
    public SealedPasswords? Open(Envelope envelope, ReadOnlySpan<byte> ticketHash)
    {
        if (!envelope.IsWellFormed || envelope.Keys.SingleOrDefault(wrapped => wrapped.KeyId == PublicKey.KeyId) is not { } mine)
        {
            return null;
        }

        var bodyKey = GC.AllocateArray<byte>(Envelope.BodyKeyBytes, pinned: true);
        var plaintext = GC.AllocateArray<byte>(2 * Envelope.SlotBytes, pinned: true);
        try
        {
            Hpke.Aes256.Open(key, PublicKey.Point, mine.Encapsulated, Envelope.Info, ticketHash, mine.Ciphertext, bodyKey);
            using var aes = new AesGcm(bodyKey, Hpke.TagBytes);
            aes.Decrypt(new byte[12], envelope.Body.AsSpan(0, plaintext.Length), envelope.Body.AsSpan(plaintext.Length), plaintext, ticketHash);
            return Read(plaintext);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bodyKey);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static SealedPasswords? Read(ReadOnlySpan<byte> plaintext)
    {
        var fresh = plaintext[..Envelope.SlotBytes];
        var current = plaintext[Envelope.SlotBytes..];
        return IsWellFormed(fresh) && IsWellFormed(current) ? new SealedPasswords(Take(fresh), Take(current)) : null;
    }

    // An odd or impossible length, or anything behind the password, was not made by a sealer of ours.
    private static bool IsWellFormed(ReadOnlySpan<byte> slot)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(slot);
        return length <= Envelope.MaxPasswordBytes && length % 2 == 0 && !slot[(2 + length)..].ContainsAnyExcept((byte)0);
    }

    private static Password? Take(ReadOnlySpan<byte> slot)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(slot);
        return length == 0 ? null : new Password(slot.Slice(2, length));
    }
}
