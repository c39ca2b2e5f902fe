using System.Text;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap.Messages;

/// <summary>Writes BER with the shortest lengths into a buffer that can be wiped.</summary>
/// <remarks>Not AsnWriter: its buffers are ordinary arrays, which the collector may copy, and these messages hold passwords.</remarks>
internal sealed class BerWriter(WipedBuffer buffer)
{
    /// <summary>Opens a constructed element; disposing of what is returned closes it and sets its length.</summary>
    public Scope Begin(byte tag)
    {
        Put(tag);
        Put(0);
        return new Scope(this, buffer.Length);
    }

    public void WriteInteger(int value, byte tag = Tag.Integer)
    {
        var count = 4;
        while (count > 1 && (value >> ((8 * count) - 9)) is 0 or -1)
        {
            count--;
        }

        Put(tag);
        Put((byte)count);
        for (var i = count - 1; i >= 0; i--)
        {
            Put((byte)(value >> (8 * i)));
        }
    }

    public void WriteBoolean(bool value, byte tag = Tag.Boolean)
    {
        Put(tag);
        Put(1);
        // RFC 4511, 5.1: true is FF.
        Put(value ? (byte)0xFF : (byte)0);
    }

    public void WriteString(string value, byte tag = Tag.OctetString)
    {
        var count = StrictUtf8.Encoding.GetByteCount(value);
        PutHeader(tag, count);
        buffer.Advance(StrictUtf8.Encoding.GetBytes(value, buffer.GetSpan(Math.Max(count, 1))));
    }

    public void WriteBytes(ReadOnlySpan<byte> value, byte tag = Tag.OctetString)
    {
        PutHeader(tag, value.Length);
        value.CopyTo(buffer.GetSpan(Math.Max(value.Length, 1)));
        buffer.Advance(value.Length);
    }

    private void Put(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    private void PutHeader(byte tag, int length)
    {
        Put(tag);
        var more = LengthBytes(length);
        Put(more == 0 ? (byte)length : (byte)(0x80 | more));
        for (var i = more - 1; i >= 0; i--)
        {
            Put((byte)(length >> (8 * i)));
        }
    }

    private static int LengthBytes(int length) => length switch { < 0x80 => 0, < 0x100 => 1, < 0x10000 => 2, < 0x1000000 => 3, _ => 4 };

    private void End(int contentStart)
    {
        var length = buffer.Length - contentStart;
        var more = LengthBytes(length);
        if (more > 0)
        {
            buffer.MoveTail(length, more);
        }

        var lengthField = buffer.Span.Slice(contentStart - 1, 1 + more);
        lengthField[0] = more == 0 ? (byte)length : (byte)(0x80 | more);
        for (var i = 1; i <= more; i++)
        {
            lengthField[i] = (byte)(length >> (8 * (more - i)));
        }
    }

    public readonly ref struct Scope(BerWriter writer, int contentStart)
    {
        public void Dispose() => writer.End(contentStart);
    }
}
