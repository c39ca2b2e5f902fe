using System.Security.Cryptography;

namespace Tagasi.Protocol.Enrolment;

/// <summary>
/// The one-time code that admits one agent host: 128 secret bits, and the fingerprint of the service's key, so that the agent knows whose
/// service it enrols with. The secret is shown to nobody: the agent proves with it which identity key is to be admitted.
/// </summary>
/// <remarks>Written as 52 characters of Crockford's base32 in groups of four: no I, L, O, U to mistake; case and hyphens do not matter.</remarks>
public sealed class EnrolmentCode
{
    /// <summary>How long a code can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int HalfBytes = 16;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private EnrolmentCode(byte[] secret, byte[] fingerprint) => (Secret, Fingerprint) = (secret, fingerprint);

    /// <summary>16 random bytes.</summary>
    public byte[] Secret { get; }

    /// <summary>The first 16 bytes of the SHA-256 of the service's public key.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>What the service keeps of the secret: its SHA-256.</summary>
    public byte[] Verifier => VerifierOf(Secret);

    /// <summary>Of a secret that was shown, as agents of version 1 do.</summary>
    public static byte[] VerifierOf(byte[] secret) => SHA256.HashData(secret);

    /// <summary>What a code is found by; it leads neither to the verifier nor to the secret.</summary>
    public static byte[] IdOf(byte[] verifier) => HMACSHA256.HashData(verifier, "tagasi-enrolment-code"u8);

    /// <summary>Admits one identity key (SubjectPublicKeyInfo, DER). Only who has the code can make it, or check it.</summary>
    public static byte[] Bind(byte[] verifier, byte[] identityKey) => HMACSHA256.HashData(verifier.AsSpan(), [.. "tagasi-enrolment-key"u8, .. identityKey]);

    /// <summary>Makes a code for the service whose public key this is (SubjectPublicKeyInfo, DER).</summary>
    public static EnrolmentCode Create(ReadOnlySpan<byte> servicePublicKey) =>
        new(RandomNumberGenerator.GetBytes(HalfBytes), SHA256.HashData(servicePublicKey)[..HalfBytes]);

    /// <summary>Reads a code as a person typed or pasted it; null if it is not one.</summary>
    public static EnrolmentCode? Parse(string text)
    {
        var bytes = Decode(text);
        return bytes is null ? null : new(bytes[..HalfBytes], bytes[HalfBytes..]);
    }

    /// <summary>Whether this is the key that the code speaks of.</summary>
    public bool Pins(ReadOnlySpan<byte> servicePublicKey) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(servicePublicKey).AsSpan(0, HalfBytes), Fingerprint);

    /// <summary>The code for the administrator to carry to the agent's host.</summary>
    public string Format() => string.Join('-', Encode([.. Secret, .. Fingerprint]).Chunk(4).Select(group => new string(group)));

    /// <summary>Not the code, which is a secret.</summary>
    public override string ToString() => "***";

    private static string Encode(byte[] bytes)
    {
        var text = new System.Text.StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var value = 0;
            for (var i = bit; i < bit + 5; i++)
            {
                value = (value << 1) | (i < bytes.Length * 8 ? (bytes[i / 8] >> (7 - (i % 8))) & 1 : 0);
            }

            text.Append(Alphabet[value]);
        }

        return text.ToString();
    }

    private static byte[]? Decode(string text)
    {
        const int characters = ((2 * HalfBytes * 8) + 4) / 5;
        var symbols = text.ToUpperInvariant().Where(c => c != '-' && !char.IsWhiteSpace(c))
            .Select(c => Alphabet.IndexOf(c switch { 'O' => '0', 'I' or 'L' => '1', _ => c }, StringComparison.Ordinal)).ToList();
        if (symbols.Count != characters || symbols.Contains(-1))
        {
            return null;
        }

        var bytes = new byte[2 * HalfBytes];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] |= (byte)(((symbols[bit / 5] >> (4 - (bit % 5))) & 1) << (7 - (bit % 8)));
        }

        return bytes;
    }
}
