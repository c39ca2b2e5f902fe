using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tagasi.Cloud;

namespace Tagasi.Bench;

/// <summary>What the relay is held against: a bare WebSocket of the same server, whose far end answers each message with one of fixed size.</summary>
internal sealed class EchoSocket(int requestBytes, int replyBytes) : IAsyncDisposable
{
    private const string Path = "/echo";
    private readonly TaskCompletionSource<WebSocket> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<TaskCompletionSource> waiting = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly ClientWebSocket far = new();
    private readonly byte[] request = new byte[requestBytes];
    private WebSocket near = null!;
    private Task reading = Task.CompletedTask;
    private Task answering = Task.CompletedTask;

    /// <summary>Adds the near end to the service.</summary>
    public void Map(WebApplication app)
    {
        app.UseWebSockets();
        app.Map(Path, AcceptAsync).RequireAuthorization(Policies.Anyone);
    }

    public async Task ConnectAsync(Uri address, HttpMessageInvoker invoker)
    {
        await far.ConnectAsync(new UriBuilder(address) { Scheme = Uri.UriSchemeWss, Path = Path }.Uri, invoker, CancellationToken.None);
        near = await accepted.Task;
        answering = AnswerAsync();
        reading = ReadAsync();
    }

    public async Task CallAsync()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await sending.WaitAsync();
        try
        {
            waiting.Enqueue(mine);
            await near.SendAsync(request.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }

        await mine.Task;
    }

    public async ValueTask DisposeAsync()
    {
        far.Abort();
        far.Dispose();
        ended.TrySetResult();
        await Task.WhenAll(reading, answering);
        sending.Dispose();
    }

    private async Task AcceptAsync(HttpContext context)
    {
        accepted.SetResult(await context.WebSockets.AcceptWebSocketAsync());
        await ended.Task;
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[replyBytes];
        while (await ReceiveAsync(near, buffer))
        {
            waiting.TryDequeue(out var caller);
            caller!.SetResult();
        }
    }

    private async Task AnswerAsync()
    {
        var (buffer, reply) = (new byte[requestBytes], new byte[replyBytes]);
        while (await ReceiveAsync(far, buffer))
        {
            await far.SendAsync(reply.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }

    private static async Task<bool> ReceiveAsync(WebSocket socket, byte[] buffer)
    {
        try
        {
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            }
            while (!part.EndOfMessage);
            return part.MessageType != WebSocketMessageType.Close;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            return false;
        }
    }
}
