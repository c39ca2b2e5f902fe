namespace Tagasi.Agent.Writeback;

/// <summary>Lets requests for one account pass one after the other, in the order of their coming; different accounts go side by side.</summary>
internal sealed class AccountLanes(TimeProvider time)
{
    // A lane exists while somebody is in it; the queue holds those who wait. True: it is their turn. False: they gave up.
    private readonly Dictionary<Guid, LinkedList<TaskCompletionSource<bool>>> lanes = [];

    /// <returns>The right of way, to be disposed of; null when it did not come free in time.</returns>
    public async Task<IDisposable?> EnterAsync(Guid account, TimeSpan patience)
    {
        TaskCompletionSource<bool> turn;
        lock (lanes)
        {
            if (!lanes.TryGetValue(account, out var queue))
            {
                lanes.Add(account, []);
                return new RightOfWay(this, account);
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.AddLast(turn);
        }

        using var late = new CancellationTokenSource(patience, time);
        using var giveUp = late.Token.Register(() => GiveUp(account, turn));
        return await turn.Task ? new RightOfWay(this, account) : null;
    }

    // The turn may have come in this very moment; then it is taken.
    private void GiveUp(Guid account, TaskCompletionSource<bool> turn)
    {
        lock (lanes)
        {
            if (lanes.TryGetValue(account, out var queue) && queue.Remove(turn))
            {
                turn.SetResult(false);
            }
        }
    }

    private void Leave(Guid account)
    {
        lock (lanes)
        {
            var queue = lanes[account];
            if (queue.First is not { } next)
            {
                lanes.Remove(account);
                return;
            }

            queue.RemoveFirst();
            next.Value.SetResult(true);
        }
    }

    private sealed class RightOfWay(AccountLanes lanes, Guid account) : IDisposable
    {
        public void Dispose() => lanes.Leave(account);
    }
}
