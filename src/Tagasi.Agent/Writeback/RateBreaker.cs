namespace Tagasi.Agent.Writeback;

/// <summary>A bound on how many writes reach the directory, whoever asks: against a service that resets everybody at once.</summary>
/// <remarks>Every write that is sent counts, also one that the directory then refuses. A restart takes the count over from the journal.</remarks>
internal sealed class RateBreaker
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly int limit;
    private readonly TimeProvider time;
    private readonly List<DateTimeOffset> writes;

    public RateBreaker(int limit, IEnumerable<DateTimeOffset> earlierWrites, TimeProvider time) => (this.limit, this.time, writes) = (limit, time, [.. earlierWrites]);

    public int Limit => limit;

    /// <summary>Whether one more would pass now.</summary>
    public bool HasRoom
    {
        get
        {
            lock (writes)
            {
                return Count() < limit;
            }
        }
    }

    /// <returns>False when the window is full.</returns>
    public bool TryTake()
    {
        lock (writes)
        {
            if (Count() >= limit)
            {
                return false;
            }

            writes.Add(time.GetUtcNow());
            return true;
        }
    }

    // Times ahead of the clock, which was set back, go on counting.
    private int Count()
    {
        var since = time.GetUtcNow() - Window;
        writes.RemoveAll(at => at <= since);
        return writes.Count;
    }
}
