namespace Tagasi.Agent.Writeback;

/// <summary>Lets requests for one account pass one after the other, in the order of their coming; different accounts go side by side.</summary>
internal sealed class AccountLanes(TimeProvider time)
{
    // A lane exists while somebody is in it; the queue holds those who wait.
    private readonly Dictionary<Guid, LinkedList<TaskCompletionSource>> lanes = [];

    /// <returns>The right of way, to be disposed of; null when it did not come free in time.</returns>
    public async Task<IDisposable?> EnterAsync(Guid account, TimeSpan patience)
    {
        TaskCompletionSource turn;
        lock (lanes)
        {
            if (!lanes.TryGetValue(account, out var queue))
            {
                lanes.Add(account, []);
                return new RightOfWay(this, account);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.AddLast(turn);
        }

        try
        {
            await turn.Task.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            lock (lanes)
            {
                // The turn may have come in this very moment; then it is taken.
                if (!turn.Task.IsCompleted)
                {
                    lanes[account].Remove(turn);
                    return null;
                }
            }
        }

        return new RightOfWay(this, account);
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
            next.Value.SetResult();
        }
    }

    private sealed class RightOfWay(AccountLanes lanes, Guid account) : IDisposable
    {
        public void Dispose() => lanes.Leave(account);
    }
}
