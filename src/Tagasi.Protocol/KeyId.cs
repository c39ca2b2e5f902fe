using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Tagasi.Protocol;

/// <summary>The short name of a public key: the first 16 bytes of the SHA-256 of its SubjectPublicKeyInfo, in base64url.</summary>
/// <remarks>128 bits, so that nobody can make a second key of the same name; short enough for two people to compare by telephone.</remarks>
public static class KeyId
{
    private const int SizeBytes = 16;
    private static readonly ConditionalWeakTable<ECAlgorithm, string> Known = [];

    /// <summary>Whether a text can be the id of a key.</summary>
    public static bool IsWellFormed(string text) => Base64Url.IsValid(text, out var bytes) && bytes == SizeBytes && text.Length == 22;

    /// <summary>The id of a key's public half. It is remembered with the key, which must not be made another one: to export it takes as long as to sign.</summary>
    public static string Of(ECAlgorithm key) => Known.GetValue(key, static key => Of(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The id of a public key in SubjectPublicKeyInfo form (DER).</summary>
    public static string Of(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Base64Url.EncodeToString(SHA256.HashData(subjectPublicKeyInfo).AsSpan(0, SizeBytes));
}
