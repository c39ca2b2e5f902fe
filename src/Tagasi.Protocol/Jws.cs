using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Tagasi.Protocol;

/// <summary>JWS compact serialization with the one algorithm both sides use: ES256 (RFC 7515, RFC 7518 3.4).</summary>
/// <remarks>
/// The header is compared byte for byte with the one this code writes, so that neither algorithm, key nor critical
/// header can be chosen by the sender (RFC 8725 3.1).
/// </remarks>
public static class Jws
{
    private static readonly BigInteger Order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Signs a payload.</summary>
    /// <param name="key">A P-256 private key.</param>
    /// <param name="type">What the payload is; a signature over one type is never taken for another (RFC 8725 3.11).</param>
    /// <param name="payload">The bytes to sign.</param>
    /// <returns>header.payload.signature, each in base64url.</returns>
    public static string Sign(ECDsa key, string type, ReadOnlySpan<byte> payload)
    {
        var signed = Header(key, type) + "." + Base64Url.EncodeToString(payload);
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signed + "." + Base64Url.EncodeToString(Lower(signature));
    }

    /// <summary>Whether the signature is the lower of the two, as <see cref="Sign"/> makes it: with (r, s), (r, n - s) is one too, and anybody can make it.</summary>
    /// <param name="compact">That was verified.</param>
    public static bool IsLower(string compact)
    {
        var signature = Base64Url.DecodeFromChars(compact.AsSpan(compact.LastIndexOf('.') + 1));
        return Lower(signature).AsSpan().SequenceEqual(signature);
    }

    /// <summary>Verifies a signature.</summary>
    /// <returns>The payload, or null when anything at all is wrong with <paramref name="compact"/>.</returns>
    public static byte[]? Verify(ECDsa key, string type, string compact)
    {
        var parts = compact.Split('.');
        if (parts.Length != 3 || !string.Equals(parts[0], Header(key, type), StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);
            var signature = Base64Url.DecodeFromChars(parts[2]);
            // The text is compared too: decoding overlooks blanks and left-over bits.
            return string.Equals(Base64Url.EncodeToString(signature), parts[2], StringComparison.Ordinal)
                && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ? Base64Url.DecodeFromChars(parts[1])
                : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    // P-256, FIPS 186-5 and SP 800-186, 3.2.1.3: s of r || s is at most half of the order.
    private static byte[] Lower(byte[] signature)
    {
        var half = signature.Length / 2;
        var s = new BigInteger(signature.AsSpan(half), isUnsigned: true, isBigEndian: true);
        if (s <= Order / 2)
        {
            return signature;
        }

        var lower = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature.AsSpan(0, half), .. new byte[half - lower.Length], .. lower];
    }

    private static string Header(ECDsa key, string type) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{KeyId.Of(key)}}","typ":"{{type}}"}"""));
}
