using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>What a later look at the same domain controller says of a write whose answer never came.</summary>
internal enum WriteEvidence
{
    /// <summary>The account is as it was before.</summary>
    Unchanged,

    /// <summary>The password was set when ours was on its way.</summary>
    Written,

    /// <summary>It was set where or when ours cannot have been.</summary>
    WrittenByAnother,

    /// <summary>It was set several times, the last time when and where ours was on its way: by all that can be seen ours is among them.</summary>
    WrittenAmongOthers,

    /// <summary>It was set several times, the last time where or when ours cannot have been: whatever became of ours, it does not count.</summary>
    Overwritten,

    /// <summary>The account was locked out anew: whatever became of our unlocking, it does not count.</summary>
    LockedAnew,

    /// <summary>What would tell is not to be read.</summary>
    Hidden,

    /// <summary>The domain controller was put back to an earlier state: what was written there may be undone, and elsewhere be in force.</summary>
    PutBack,
}

/// <summary>Reads <see cref="WriteEvidence"/> from the password's replication stamp, else pwdLastSet, or from the lockout, before and after, both by the clock of one domain controller.</summary>
internal static class EvidenceReading
{
    /// <summary>
    /// How long after the ticket's end a modify that was already with the domain controller may still take effect: one that is paused
    /// (a moved virtual machine, a stopped process) works off what lies in its sockets when it goes on. Later than this, a change is
    /// taken for somebody else's: a helpdesk helps within minutes a person whose reset got stuck.
    /// </summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    // currentTime of the rootDSE and the replication stamp have whole seconds, pwdLastSet has ticks.
    private static readonly TimeSpan ClockGrain = TimeSpan.FromSeconds(2);

    /// <summary>Until when, by a domain controller's clock, a change of the password would be taken for this write.</summary>
    public static DateTimeOffset LatestOf(JournalEntry intent) => intent.Intent!.ServerTime + (intent.NotAfter - intent.At) + LongestDelay;

    /// <param name="intent">With what the directory showed just before.</param>
    public static WriteEvidence Of(JournalEntry intent, WriteProof now)
    {
        if (intent.Operation is Operation.Unlock)
        {
            return OfLockout(intent.Intent!, now);
        }

        var before = intent.Intent!.ToProof();
        return WriteProof.Compare(before, now) switch
        {
            WriteComparison.Unchanged => WriteEvidence.Unchanged,
            WriteComparison.WrittenElsewhere => WriteEvidence.WrittenByAnother,
            WriteComparison.PutBack => WriteEvidence.PutBack,
            WriteComparison.WrittenMoreThanOnce => now.IsWrittenHere(before) is true && IsInTime(now, intent) ? WriteEvidence.WrittenAmongOthers : WriteEvidence.Overwritten,
            _ => IsInTime(now, intent) ? WriteEvidence.Written : HasTime(now) ? WriteEvidence.WrittenByAnother : WriteEvidence.Hidden,
        };
    }

    private static WriteEvidence OfLockout(WriteIntent before, WriteProof now) => now.RawLockoutTime switch
    {
        // Whoever unlocked it: it is what was asked for.
        0 => WriteEvidence.Written,
        null => before.WasLockedOut || before.LockoutTime is not null ? WriteEvidence.Hidden : WriteEvidence.Written,
        var at => at == before.LockoutTime ? WriteEvidence.Unchanged : WriteEvidence.LockedAnew,
    };

    // Zero says that it must be changed, not when it was set.
    private static bool HasTime(WriteProof now) => (now.PasswordStamp?.OriginatingTime ?? now.PasswordLastSet) is not null;

    // Without a time of its own, that of the look is the latest it can be.
    private static DateTimeOffset? TimeOf(WriteProof now) => now.PasswordStamp?.OriginatingTime ?? now.PasswordLastSet ?? now.ServerTime;

    private static bool IsInTime(WriteProof now, JournalEntry intent)
    {
        var before = intent.Intent!;
        var at = TimeOf(now) ?? before.ServerTime;
        // A stamp that has moved on did so after it was read, whatever the domain controller's clock says.
        var isLater = (before.PasswordStamp is not null && now.PasswordStamp is not null) || at >= before.ServerTime - ClockGrain;
        return isLater && at <= LatestOf(intent);
    }
}
