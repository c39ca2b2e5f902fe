using Tagasi.ActiveDirectory;

namespace Tagasi.Agent.Writeback;

/// <summary>Keeps wrong current passwords that come through the service from locking an account in the directory.</summary>
/// <remarks>
/// Three in half an hour, or one fewer than the account's own lockout threshold. A try counts before it is sent, so that tries side by side
/// and tries without an answer count too, and is taken back only when the directory says that the password was not wrong. Kept in memory:
/// nobody but the host's administrator restarts the agent.
/// </remarks>
internal sealed class WrongPasswords(TimeProvider time)
{
    public const int Limit = 3;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    private readonly Dictionary<Guid, List<DateTimeOffset>> tries = [];

    /// <returns>False when the account has had its tries.</returns>
    public bool TryTake(Account account)
    {
        lock (tries)
        {
            Forget();
            var mine = tries.GetValueOrDefault(account.ObjectGuid) ?? [];
            if (mine.Count >= LimitOf(account))
            {
                return false;
            }

            mine.Add(time.GetUtcNow());
            tries[account.ObjectGuid] = mine;
            return true;
        }
    }

    /// <summary>The latest try was not a wrong password.</summary>
    public void GiveBack(Guid account)
    {
        lock (tries)
        {
            if (tries.GetValueOrDefault(account) is { Count: > 0 } mine)
            {
                mine.RemoveAt(mine.Count - 1);
            }
        }
    }

    // A threshold of 0 never locks.
    private static int LimitOf(Account account) =>
        account.Policy is EffectivePolicy.Known { Policy.LockoutThreshold: > 0 and var threshold } ? Math.Clamp(threshold - 1, 1, Limit) : Limit;

    private void Forget()
    {
        var since = time.GetUtcNow() - Window;
        foreach (var (account, mine) in tries)
        {
            mine.RemoveAll(at => at <= since);
            if (mine.Count == 0)
            {
                tries.Remove(account);
            }
        }
    }
}
