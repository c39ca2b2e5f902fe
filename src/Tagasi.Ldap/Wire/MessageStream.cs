using System.Buffers.Binary;
using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Wire;

/// <summary>Cuts the bytes of a connection into messages, and puts messages on it, sealed once there is a seal.</summary>
/// <remarks>One reader and one writer at a time. Reading and writing share nothing but the seal.</remarks>
internal sealed class MessageStream(Stream stream, int maxMessageBytes) : IDisposable
{
    private const int ReadBytes = 32 * 1024;
    // A sealed frame: four octets of length, then the token (RFC 4422, 3.7). The token is a little longer than what it seals.
    private const int FrameHeaderBytes = 4;
    private const int SealOverheadBytes = 1024;

    private readonly WipedBuffer _received = new(2 * ReadBytes);
    private readonly WipedBuffer _opened = new();
    private readonly WipedBuffer _outgoing = new();
    private readonly WipedBuffer _sealed = new();
    private volatile ISeal? _seal;

    /// <summary>
    /// From the next byte on, both directions are sealed. Must come between the bind's success and the next <see cref="ReadAsync"/>:
    /// what the server sent right behind that success is sealed already.
    /// </summary>
    public void SealWith(ISeal seal) => _seal = seal;

    /// <summary>The next message, in an array of its own, or null when the server has closed the connection.</summary>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var plain = _seal is null ? _received : _opened;
            if (BerHeader.TryRead(plain.Span, maxMessageBytes, out var header) && plain.Length >= header.TotalBytes)
            {
                var message = plain.Span[..header.TotalBytes].ToArray();
                plain.Consume(header.TotalBytes);
                return message;
            }

            if (plain.Length > 0 && plain.Span[0] != Tag.Sequence)
            {
                throw new LdapProtocolException($"{plain.Span[0]:X2} does not begin an LDAP message.");
            }

            if ((_seal is null || !OpenFrame(_seal)) && await FillAsync(cancellation) == 0)
            {
                return null;
            }
        }
    }

    /// <summary>Writes one message. Whatever was made of it on the way is wiped when this returns.</summary>
    /// <param name="encode">Writes the message.</param>
    /// <param name="leaving">Called when the message is complete and its first byte is about to go.</param>
    /// <param name="cancellation">Leaves the connection with half a message: good only for giving it up.</param>
    public async ValueTask WriteAsync(Action<BerWriter> encode, Action leaving, CancellationToken cancellation)
    {
        try
        {
            encode(new BerWriter(_outgoing));
            var bytes = _outgoing.Memory;
            if (_seal is { } seal)
            {
                _sealed.GetSpan(FrameHeaderBytes)[..FrameHeaderBytes].Clear();
                _sealed.Advance(FrameHeaderBytes);
                seal.Wrap(_outgoing.Span, _sealed);
                BinaryPrimitives.WriteInt32BigEndian(_sealed.Span, _sealed.Length - FrameHeaderBytes);
                bytes = _sealed.Memory;
            }

            leaving();
            await stream.WriteAsync(bytes, cancellation);
            await stream.FlushAsync(cancellation);
        }
        finally
        {
            _outgoing.Wipe();
            _sealed.Wipe();
        }
    }

    /// <summary>Closes the connection under a reader and a writer, who both fail; they, not this, wipe their buffers.</summary>
    public void Dispose() => stream.Dispose();

    /// <summary>The reader's last act.</summary>
    public void WipeReceived()
    {
        _received.Wipe();
        _opened.Wipe();
    }

    private bool OpenFrame(ISeal seal)
    {
        if (_received.Length < FrameHeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_received.Span);
        if (length == 0 || length > maxMessageBytes + SealOverheadBytes)
        {
            throw new LdapProtocolException($"A sealed frame of {length} bytes.");
        }

        if (_received.Length < FrameHeaderBytes + length)
        {
            return false;
        }

        seal.Unwrap(_received.Span.Slice(FrameHeaderBytes, (int)length), _opened);
        _received.Consume(FrameHeaderBytes + (int)length);
        return true;
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        var count = await stream.ReadAsync(_received.GetMemory(ReadBytes)[..ReadBytes], cancellation);
        _received.Advance(count);
        return count;
    }
}
