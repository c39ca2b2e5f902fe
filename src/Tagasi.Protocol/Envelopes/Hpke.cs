using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tagasi.Protocol.Envelopes;

/// <summary>
/// HPKE in base mode (RFC 9180) with DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256: just the single-shot forms that an envelope needs.
/// </summary>
/// <remarks>
/// No library on .NET 10 has HPKE. The browser's side is @hpke/core; the RFC's vectors and ten thousand exchanges hold the two
/// together. Keys: public ones are uncompressed points of 65 bytes, private ones are 32-byte scalars.
/// </remarks>
internal sealed class Hpke(ushort aeadId, int keyBytes)
{
    /// <summary>The suite of envelopes: AES-256-GCM.</summary>
    public static readonly Hpke Aes256 = new(0x0002, 32);

    /// <summary>The suite that RFC 9180 A.3 gives vectors for: AES-128-GCM.</summary>
    public static readonly Hpke Aes128 = new(0x0001, 16);

    public const int PublicKeyBytes = 65;
    public const int TagBytes = 16;
    private const ushort KemId = 0x0010;
    private const ushort KdfId = 0x0001;
    private const int NonceBytes = 12;
    private const int HashBytes = 32;

    private static readonly byte[] KemSuite = [.. "KEM"u8, .. Id(KemId)];
    private readonly byte[] suite = [.. "HPKE"u8, .. Id(KemId), .. Id(KdfId), .. Id(aeadId)];

    /// <summary>Encrypts one message to a recipient. RFC 9180 6.1.</summary>
    public (byte[] Encapsulated, byte[] Ciphertext) Seal(ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Seal(ephemeral, recipient, info, aad, plaintext);
    }

    /// <summary>As above with the ephemeral key given, which only test vectors may do.</summary>
    internal (byte[] Encapsulated, byte[] Ciphertext) Seal(
        ECDiffieHellman ephemeral, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        var encapsulated = PublicPoint(ephemeral);
        using var recipientKey = ImportPublic(recipient);
        var shared = Agree(ephemeral, recipientKey, encapsulated, recipient);
        using var context = Schedule(shared, info);
        return (encapsulated, context.Seal(aad, plaintext));
    }

    /// <summary>Decrypts one message.</summary>
    /// <param name="recipientPoint">The recipient's public half (<see cref="PublicPoint"/>).</param>
    /// <exception cref="CryptographicException">The message was not sealed to this key with this info and aad, or is malformed.</exception>
    public void Open(
        ECDiffieHellman recipient,
        ReadOnlySpan<byte> recipientPoint,
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> plaintext)
    {
        using var ephemeral = ImportPublic(encapsulated);
        var shared = Agree(recipient, ephemeral, encapsulated, recipientPoint);
        using var context = Schedule(shared, info);
        context.Open(aad, ciphertext, plaintext);
    }

    /// <summary>The uncompressed point of a key's public half. SEC 1 2.3.3.</summary>
    public static byte[] PublicPoint(ECDiffieHellman key)
    {
        var q = key.ExportParameters(false).Q;
        return [0x04, .. q.X!, .. q.Y!];
    }

    /// <summary>Reads a public key; the platform refuses points that are not on the curve.</summary>
    /// <exception cref="CryptographicException">Not an uncompressed point on P-256.</exception>
    public static ECDiffieHellman ImportPublic(ReadOnlySpan<byte> point)
    {
        if (point.Length != PublicKeyBytes || point[0] != 0x04)
        {
            throw new CryptographicException("A public key is an uncompressed point of 65 bytes.");
        }

        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
        });
    }

    /// <summary>RFC 9180 7.1.3: the private key that a seed gives. For test vectors.</summary>
    internal static byte[] DeriveKeyPair(ReadOnlySpan<byte> seed)
    {
        var prk = LabeledExtract(KemSuite, [], "dkp_prk"u8, seed);
        return LabeledExpand(KemSuite, prk, "candidate"u8, [0], HashBytes);
    }

    // RFC 9180 4.1: Encap and Decap share all but whose keys they are.
    internal static byte[] Agree(ECDiffieHellman mine, ECDiffieHellman theirs, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipient)
    {
        var dh = mine.DeriveRawSecretAgreement(theirs.PublicKey);
        try
        {
            var prk = LabeledExtract(KemSuite, [], "eae_prk"u8, dh);
            return LabeledExpand(KemSuite, prk, "shared_secret"u8, [.. encapsulated, .. recipient], HashBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dh);
        }
    }

    // RFC 9180 5.1, mode_base.
    internal HpkeContext Schedule(byte[] shared, ReadOnlySpan<byte> info)
    {
        byte[] context = [0x00, .. LabeledExtract(suite, [], "psk_id_hash"u8, []), .. LabeledExtract(suite, [], "info_hash"u8, info)];
        var secret = LabeledExtract(suite, shared, "secret"u8, []);
        CryptographicOperations.ZeroMemory(shared);
        var made = new HpkeContext(LabeledExpand(suite, secret, "key"u8, context, keyBytes), LabeledExpand(suite, secret, "base_nonce"u8, context, NonceBytes));
        CryptographicOperations.ZeroMemory(secret);
        return made;
    }

    private static byte[] LabeledExtract(ReadOnlySpan<byte> suite, byte[] salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. ikm];
        var prk = HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt);
        CryptographicOperations.ZeroMemory(labeled);
        return prk;
    }

    private static byte[] LabeledExpand(ReadOnlySpan<byte> suite, byte[] prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, prk, length, [.. Id((ushort)length), .. "HPKE-v1"u8, .. suite, .. label, .. info]);

    private static byte[] Id(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
