using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>A new password while it is being written: its characters, and the quoted octets that unicodePwd wants. Wiped on disposal.</summary>
/// <remarks>Both buffers are pinned, so that the garbage collector leaves no copies behind when it moves things.</remarks>
internal sealed class NewPassword : IDisposable
{
    /// <summary>Longest password in characters, [MS-SAMR] 3.1.1.7.2.</summary>
    public const int MaxLength = 256;

    private readonly char[] _characters;
    private readonly byte[] _quoted;

    /// <param name="utf16">UTF-16LE without quotes, of an even number of octets.</param>
    public NewPassword(ReadOnlySpan<byte> utf16)
    {
        _characters = GC.AllocateUninitializedArray<char>(utf16.Length / 2, pinned: true);
        for (var i = 0; i < _characters.Length; i++)
        {
            _characters[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(utf16[(2 * i)..]);
        }

        _quoted = GC.AllocateUninitializedArray<byte>(utf16.Length + 4, pinned: true);
        BinaryPrimitives.WriteUInt16LittleEndian(_quoted, '"');
        utf16.CopyTo(_quoted.AsSpan(2));
        BinaryPrimitives.WriteUInt16LittleEndian(_quoted.AsSpan(_quoted.Length - 2), '"');
    }

    public ReadOnlySpan<char> Characters => _characters;

    /// <summary>The value of unicodePwd, [MS-ADTS] 3.1.1.3.1.5.1.</summary>
    public ReadOnlyMemory<byte> Quoted => _quoted;

    /// <summary>What forbids sending it at all, whatever the policy; none: it may be sent.</summary>
    public static RefusalCause FaultOf(ReadOnlySpan<byte> utf16)
    {
        if (utf16.IsEmpty || utf16.Length % 2 != 0)
        {
            return RefusalCause.Malformed;
        }

        return utf16.Length > 2 * MaxLength ? RefusalCause.TooLong : FaultOfUnits(utf16);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_characters.AsSpan()));
        CryptographicOperations.ZeroMemory(_quoted);
    }

    // A lone surrogate has no UTF-8, which Kerberos keys are derived from, and nobody can type a NUL at a sign-in.
    private static RefusalCause FaultOfUnits(ReadOnlySpan<byte> utf16)
    {
        var afterHigh = false;
        for (var i = 0; i < utf16.Length; i += 2)
        {
            var unit = (char)BinaryPrimitives.ReadUInt16LittleEndian(utf16[i..]);
            if (unit == '\0' || char.IsLowSurrogate(unit) != afterHigh)
            {
                return RefusalCause.Malformed;
            }

            afterHigh = char.IsHighSurrogate(unit);
        }

        return afterHigh ? RefusalCause.Malformed : RefusalCause.None;
    }
}
