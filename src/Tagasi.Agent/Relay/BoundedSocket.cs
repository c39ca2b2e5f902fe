using System.Net.WebSockets;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Relay;

/// <summary>Cuts the connection to a relay that sends more than one message may hold before the message ends.</summary>
/// <remarks>SignalR's client has no such limit: it keeps what came until the separator that ends each message, be it its handshake's or another's.</remarks>
internal sealed class BoundedSocket(WebSocket inner) : WebSocket
{
    // https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md#json-encoding: no JSON holds it unescaped.
    private const byte Separator = 0x1E;

    private int pending;

    public override WebSocketCloseStatus? CloseStatus => inner.CloseStatus;

    public override string? CloseStatusDescription => inner.CloseStatusDescription;

    public override WebSocketState State => inner.State;

    public override string? SubProtocol => inner.SubProtocol;

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        Count(buffer.Span[..result.Count]);
        return result;
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        Count(buffer.AsSpan(0, result.Count));
        return result;
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        inner.CloseAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        inner.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override void Abort() => inner.Abort();

    public override void Dispose() => inner.Dispose();

    // The buffers that SignalR reads into are far smaller than the limit, so that none holds a whole message that is over it.
    private void Count(ReadOnlySpan<byte> received)
    {
        var end = received.LastIndexOf(Separator);
        pending = end < 0 ? pending + received.Length : received.Length - end - 1;
        if (pending > RelayWire.MaxMessageBytes)
        {
            inner.Abort();
            throw new InvalidDataException($"the service sent a message of more than {RelayWire.MaxMessageBytes / 1024} KiB");
        }
    }
}
