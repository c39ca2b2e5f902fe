using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;

namespace Tagasi.Agent.Writeback;

/// <summary>Keeps wrong current passwords that come through the service from locking an account in the directory.</summary>
/// <remarks>
/// Three in half an hour, or in the time in which the directory itself counts them together if that is longer; one fewer than the account's
/// own lockout threshold, and one where that is not known. A try counts before it is sent, so that tries side by side count too, and is taken
/// back when the directory has not found the password wrong. One without an answer counts for a minute; after that the account itself tells,
/// where badPasswordTime may be read, whether any wrong password came. So it is with the tries that a restart takes over from the journal.
/// </remarks>
internal sealed class WrongPasswords
{
    public const int Limit = 3;
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(30);

    /// <summary>What was sent and not answered comes to the directory in this time, or never.</summary>
    public static readonly TimeSpan Arrival = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;
    private readonly Dictionary<Guid, List<Try>> tries;

    /// <param name="earlierTries">Whose window only the account tells: until it is tried again they are kept as long as the journal keeps them.</param>
    public WrongPasswords(IEnumerable<JournalEntry> earlierTries, TimeProvider time)
    {
        this.time = time;
        tries = earlierTries.GroupBy(one => one.Account).ToDictionary(
            account => account.Key, account => account.Select(one => new Try(one.RequestId, one.At, WritebackJournal.Retention, one.Intent!.Server, one.Intent.ServerTime)).ToList());
    }

    /// <summary>How long a try of this account counts.</summary>
    public static TimeSpan WindowOf(Account account) =>
        account.Policy is EffectivePolicy.Known { Policy.LockoutObservationWindow: { } window } && window > ShortestWindow ? window : ShortestWindow;

    /// <returns>False when the account has had its tries.</returns>
    public bool TryTake(Account account, Guid requestId)
    {
        lock (tries)
        {
            Forget();
            var window = WindowOf(account);
            var mine = (tries.GetValueOrDefault(account.ObjectGuid) ?? []).FindAll(one => time.GetUtcNow() - one.At < window && !one.IsDisproved(account));
            if (mine.Count >= LimitOf(account))
            {
                return false;
            }

            mine.Add(new Try(requestId, time.GetUtcNow(), window, account.Server, account.ServerTime));
            tries[account.ObjectGuid] = mine;
            return true;
        }
    }

    /// <summary>The directory has told whether a request's try, if it has taken one, was a wrong password.</summary>
    public void Settle(Guid account, Guid requestId, bool wasWrong)
    {
        lock (tries)
        {
            if (tries.GetValueOrDefault(account) is { } mine && mine.FindIndex(one => one.RequestId == requestId) is var at and >= 0)
            {
                if (wasWrong)
                {
                    mine[at] = mine[at] with { WasWrong = true };
                }
                else
                {
                    mine.RemoveAt(at);
                }
            }
        }
    }

    // A threshold of 0 never locks. One of 1 locks with the first wrong try, whoever makes it.
    private static int LimitOf(Account account) => account.Policy switch
    {
        EffectivePolicy.Known { Policy.LockoutThreshold: 0 } => Limit,
        EffectivePolicy.Known { Policy.LockoutThreshold: var threshold } => Math.Clamp(threshold - 1, 1, Limit),
        _ => 1,
    };

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (account, mine) in tries)
        {
            mine.RemoveAll(one => now - one.At >= one.Window);
            if (mine.Count == 0)
            {
                tries.Remove(account);
            }
        }
    }

    private sealed record Try(Guid RequestId, DateTimeOffset At, TimeSpan Window, string Server, DateTimeOffset ServerTime, bool WasWrong = false)
    {
        // Both times are that domain controller's; the one that is read for each try is never ahead of its clock.
        public bool IsDisproved(Account account) =>
            !WasWrong && string.Equals(account.Server, Server, StringComparison.OrdinalIgnoreCase) && account.ServerTime - ServerTime > Arrival && account.RawBadPasswordTime < ServerTime.ToFileTime();
    }
}
