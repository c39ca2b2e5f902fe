namespace Tagasi.Agent.Relay;

/// <summary>How long to wait before the next try to connect: full jitter, so that agents that lost one service do not come back all at once.</summary>
/// <param name="random">Evenly spread over 0 to 1.</param>
internal sealed class ReconnectBackoff(Func<double> random)
{
    /// <summary>A connection that stood for so long was a good one. A shorter one may have been refused a moment later.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Base = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <summary>Between tries that only an update can make succeed.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMinutes(10);

    private int tries;

    /// <param name="stoodFor">How long the last connection stood; zero if it never did.</param>
    public TimeSpan Next(TimeSpan stoodFor)
    {
        tries = stoodFor >= StableAfter ? 0 : tries;
        // 2^5 s is beyond the cap already.
        var longest = Math.Min(Cap.TotalSeconds, Base.TotalSeconds * Math.Pow(2, Math.Min(tries, 5)));
        tries++;
        return TimeSpan.FromSeconds(random() * longest);
    }

    /// <summary>Half of <see cref="Slow"/> at least.</summary>
    public TimeSpan NextSlow() => Slow * ((1 + random()) / 2);
}
