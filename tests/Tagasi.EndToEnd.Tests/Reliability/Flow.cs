using System.Net.Sockets;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>One direction of a <see cref="Link"/>: passes bytes on unread, and keeps a connection's bytes back from where it is told to.</summary>
internal sealed class Flow
{
    private readonly Lock gate = new();
    private readonly List<Hold> holds = [];
    private Hold? armed;

    /// <summary>Holds one connection from the first chunk on for which <paramref name="begins"/> is true; all others go on.</summary>
    /// <param name="begins">Asked for each chunk before it is passed on, with its length.</param>
    public Hold HoldFrom(Func<int, bool> begins)
    {
        lock (gate)
        {
            armed = new Hold(begins);
            holds.Add(armed);
            return armed;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            armed = null;
            holds.ForEach(hold => hold.Release());
            holds.Clear();
        }
    }

    /// <summary>Until one side ends. What is held then is still passed on: a network delivers what the dead have sent.</summary>
    public async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (Take(count) is { } hold)
                {
                    await hold.WaitAsync();
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A side that was killed closes without a goodbye; the other shall learn of it.
            from.Close(0);
            to.Close(0);
        }
    }

    private Hold? Take(int count)
    {
        lock (gate)
        {
            if (armed is not { } hold || !hold.Begins(count))
            {
                return null;
            }

            armed = null;
            return hold;
        }
    }
}

/// <summary>Bytes that are on their way and do not arrive before they are released.</summary>
internal sealed class Hold(Func<int, bool> begins)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the bytes that were waited for are there, and held.</summary>
    public Task ReachedAsync() => reached.Task.WaitAsync(Patience);

    public bool Begins(int count) => begins(count);

    public Task WaitAsync()
    {
        reached.TrySetResult();
        return released.Task;
    }

    public void Release() => released.TrySetResult();
}
