using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tagasi.Protocol.Envelopes;

/// <summary>An encryption context: a key and a nonce that counts. RFC 9180 5.2.</summary>
internal sealed class HpkeContext(byte[] key, byte[] baseNonce) : IDisposable
{
    private ulong sequence;

    public byte[] Seal(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        using var aes = new AesGcm(key, Hpke.TagBytes);
        var sealedText = new byte[plaintext.Length + Hpke.TagBytes];
        aes.Encrypt(NextNonce(), plaintext, sealedText.AsSpan(0, plaintext.Length), sealedText.AsSpan(plaintext.Length), aad);
        return sealedText;
    }

    /// <exception cref="CryptographicException">Not sealed with this key, nonce and aad.</exception>
    public void Open(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (ciphertext.Length != plaintext.Length + Hpke.TagBytes)
        {
            throw new CryptographicException("The ciphertext has the wrong length.");
        }

        using var aes = new AesGcm(key, Hpke.TagBytes);
        aes.Decrypt(NextNonce(), ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext, aad);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(baseNonce);
    }

    private byte[] NextNonce()
    {
        var nonce = baseNonce.ToArray();
        var counter = BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) ^ sequence++;
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), counter);
        return nonce;
    }
}
