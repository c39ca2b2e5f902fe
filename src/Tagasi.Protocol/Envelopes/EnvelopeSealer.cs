using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tagasi.Protocol.Envelopes;

/// <summary>Seals passwords as the browser does. In the product only the browser seals; this is for tests, benches and other clients.</summary>
public static class EnvelopeSealer
{
    /// <summary>Seals passwords to the agents.</summary>
    /// <param name="newPassword">At most 256 UTF-16 units; empty where the operation takes none.</param>
    /// <param name="currentPassword">Likewise.</param>
    /// <param name="ticketHash">SHA-256 over the signed ticket.</param>
    /// <param name="recipients">The agents' sealing keys.</param>
    /// <exception cref="ArgumentException">The password is longer than Active Directory takes.</exception>
    public static Envelope Seal(ReadOnlySpan<char> newPassword, ReadOnlySpan<char> currentPassword, ReadOnlySpan<byte> ticketHash, IEnumerable<SealingKey> recipients)
    {
        var plaintext = new byte[2 * Envelope.SlotBytes];
        Fill(plaintext.AsSpan(0, Envelope.SlotBytes), newPassword);
        Fill(plaintext.AsSpan(Envelope.SlotBytes), currentPassword);

        var key = RandomNumberGenerator.GetBytes(Envelope.BodyKeyBytes);
        var body = new byte[Envelope.BodyBytes];
        using (var aes = new AesGcm(key, Hpke.TagBytes))
        {
            aes.Encrypt(new byte[12], plaintext, body.AsSpan(0, plaintext.Length), body.AsSpan(plaintext.Length), ticketHash);
        }

        CryptographicOperations.ZeroMemory(plaintext);
        var keys = new List<WrappedKey>();
        foreach (var recipient in recipients)
        {
            var (encapsulated, ciphertext) = Hpke.Aes256.Seal(recipient.Point, Envelope.Info, ticketHash, key);
            keys.Add(new WrappedKey(recipient.KeyId, encapsulated, ciphertext));
        }

        CryptographicOperations.ZeroMemory(key);
        return new Envelope(Envelope.Suite1, body, keys);
    }

    /// <summary>Seals a new password alone.</summary>
    public static Envelope Seal(ReadOnlySpan<char> newPassword, ReadOnlySpan<byte> ticketHash, IEnumerable<SealingKey> recipients) =>
        Seal(newPassword, [], ticketHash, recipients);

    private static void Fill(Span<byte> slot, ReadOnlySpan<char> password)
    {
        var length = Encoding.Unicode.GetByteCount(password);
        if (length > Envelope.MaxPasswordBytes)
        {
            throw new ArgumentException("A password has at most 256 UTF-16 units.", nameof(password));
        }

        BinaryPrimitives.WriteUInt16BigEndian(slot, (ushort)length);
        Encoding.Unicode.GetBytes(password, slot[2..]);
    }
}
