using System.Buffers.Text;
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
    /// <summary>Signs a payload.</summary>
    /// <param name="key">A P-256 private key.</param>
    /// <param name="type">What the payload is; a signature over one type is never taken for another (RFC 8725 3.11).</param>
    /// <param name="payload">The bytes to sign.</param>
    /// <returns>header.payload.signature, each in base64url.</returns>
    public static string Sign(ECDsa key, string type, ReadOnlySpan<byte> payload)
    {
        var signed = Header(key, type) + "." + Base64Url.EncodeToString(payload);
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signed + "." + Base64Url.EncodeToString(signature);
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
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ? Base64Url.DecodeFromChars(parts[1])
                : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static string Header(ECDsa key, string type) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{KeyId.Of(key)}}","typ":"{{type}}"}"""));
}
