using System.Security.Cryptography;

namespace Tagasi.Protocol.Envelopes;

/// <summary>A password in the clear: UTF-16LE in one pinned buffer, zeroed on disposal. Never a string.</summary>
public sealed class Password : IDisposable
{
    private readonly byte[] utf16;

    /// <summary>Copies the password; the source is the caller's to wipe.</summary>
    /// <param name="utf16">UTF-16LE.</param>
    public Password(ReadOnlySpan<byte> utf16)
    {
        this.utf16 = GC.AllocateUninitializedArray<byte>(utf16.Length, pinned: true);
        utf16.CopyTo(this.utf16);
    }

    /// <summary>The bytes; all zero after disposal.</summary>
    public ReadOnlyMemory<byte> Utf16 => utf16;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(utf16);

    /// <summary>Never the password.</summary>
    public override string ToString() => "***";
}
