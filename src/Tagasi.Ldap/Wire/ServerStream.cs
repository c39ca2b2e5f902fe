using System.Net.Sockets;

namespace Tagasi.Ldap.Wire;

/// <summary>A TCP stream that remembers how the server's first bytes looked, which tells a server without TLS from one with bad TLS.</summary>
internal sealed class ServerStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    // ContentType of TLS records: change_cipher_spec 20 to heartbeat 24 (RFC 8446, B.1; RFC 6520).
    private const byte FirstContentType = 20;
    private const byte LastContentType = 24;
    private byte? _first;

    /// <summary>True when the server has spoken, and not TLS.</summary>
    public bool SpokeOtherThanTls => _first is < FirstContentType or > LastContentType;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        if (_first is null && count > 0)
        {
            _first = buffer.Span[0];
        }

        return count;
    }
}
