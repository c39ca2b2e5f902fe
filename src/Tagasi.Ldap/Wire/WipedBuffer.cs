using System.Buffers;
using System.Security.Cryptography;

namespace Tagasi.Ldap.Wire;

/// <summary>A growing buffer that leaves no copy of what was in it.</summary>
/// <remarks>
/// Pinned, since the collector would otherwise move it and leave the old bytes behind; wiped when it grows, when bytes are taken from it
/// and when it is disposed of. Not safe for several threads.
/// </remarks>
internal sealed class WipedBuffer(int capacity = 4096) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = GC.AllocateArray<byte>(capacity, pinned: true);
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public Span<byte> Span => _bytes.AsSpan(_start, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(_start, Length);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _end);
        _end += count;
    }

    /// <summary>Opens a gap before the last <paramref name="tail"/> bytes, for a length that proved longer than was left for it.</summary>
    public void MoveTail(int tail, int gap)
    {
        Reserve(gap);
        _bytes.AsSpan(_end - tail, tail).CopyTo(_bytes.AsSpan(_end - tail + gap));
        _end += gap;
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Consume(int count)
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(_start, count));
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public void Wipe() => Consume(Length);

    public void Dispose() => Wipe();

    private void Reserve(int count)
    {
        if (_bytes.Length - _end >= count)
        {
            return;
        }

        var length = Length;
        var next = length + count > _bytes.Length
            ? GC.AllocateArray<byte>(Math.Max(length + count, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)), pinned: true)
            : _bytes;
        Span.CopyTo(next);
        CryptographicOperations.ZeroMemory(next == _bytes ? _bytes.AsSpan(length, _end - length) : _bytes.AsSpan(_start, length));
        (_bytes, _start, _end) = (next, 0, length);
    }
}
