using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>Finds out, by looking, what became of a write whose answer never came. It never writes.</summary>
/// <remarks>
/// That the account is unchanged at one look proves nothing: the modify may lie in the domain controller's socket, behind the look. Its
/// connection is closed (the write ended, or its process did), so nothing more arrives; a domain controller that has answered every look
/// for <see cref="Settling"/> has worked off what had arrived before the first of them. A look that fails starts the count anew.
/// </remarks>
internal sealed class OutcomeResolver(IReadOnlyDictionary<string, IDirectory> directories, TimeProvider time)
{
    /// <summary>
    /// A reset takes well under a second. One at which a domain controller is for longer is waited for on its connection; where that is gone
    /// with an earlier process, until the ticket's time is over.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks of one count the domain controller must not have had the time to stand still unnoticed.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(5);

    /// <returns>Applied or refused once that is certain; until then unknown.</returns>
    public async Task<Verdict> LookAsync(KnownRequest request)
    {
        var intent = request.Intent!;
        var server = intent.Intent!.Server;
        if (intent.Operation is Operation.Verify)
        {
            return new Verdict.Refused(Problems.NotCarriedOut, "whether the password was right was not learned in time, and nothing was changed", Server: server);
        }

        if (!directories.TryGetValue(intent.Domain, out var directory))
        {
            return new Verdict.Unknown($"the domain {intent.Domain} is no longer in this agent's settings, so nobody can look", server);
        }

        WriteLook look;
        try
        {
            look = await directory.LookAsync(intent.Account, server, LookTimeout, CancellationToken.None).WaitAsync(LookTimeout + LookTimeout, time);
        }
        catch (TimeoutException)
        {
            look = new WriteLook.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "the look did not end", server));
        }

        return Judge(request, look, server);
    }

    private Verdict Judge(KnownRequest request, WriteLook look, string server)
    {
        switch (look)
        {
            case WriteLook.Seen(var proof):
                var verdict = Judge(request, proof, server);
                return verdict is Verdict.Applied applied && request.Intent!.Intent!.IsAtPdcEmulator is false ? applied.Elsewhere() : verdict;
            case WriteLook.Gone:
                // Deleted, or moved to where this agent may not look: then it may well have been written.
                request.UnchangedSince = null;
                return new Verdict.Unknown($"{server} shows no such account any more", server);
            case WriteLook.Unavailable(var failure):
                request.UnchangedSince = null;
                return new Verdict.Unknown($"{server} cannot be looked at: {DirectoryProblems.Words(failure)}", server);
            default:
                throw new InvalidOperationException(look.GetType().Name);
        }
    }

    private Verdict Judge(KnownRequest request, WriteProof proof, string server) => EvidenceReading.Of(request.Intent!, proof) switch
    {
        WriteEvidence.Written => Written(request.Intent!, proof, server),
        WriteEvidence.WrittenAmongOthers => new Verdict.Applied(server, Problems.Superseded, $"seen by looking: the password was set several times, last here at {proof.PasswordStamp?.OriginatingTime:O}"),
        WriteEvidence.Overwritten => new Verdict.Refused(Problems.Superseded, $"seen by looking: the password was set several times, last at {proof.PasswordStamp?.OriginatingTime:O}", Server: server),
        WriteEvidence.WrittenByAnother => Settle(request, server, new(Problems.NotCarriedOut, $"somebody else set the password at {proof.PasswordLastSet:O}", Server: server)),
        WriteEvidence.LockedAnew => Settle(request, server, new(Problems.AccountStillLocked, "seen by looking: the account was locked out anew", Server: server)),
        WriteEvidence.Hidden => new Verdict.Unknown(
            $"{(request.Intent!.Operation is Operation.Unlock ? "lockoutTime" : "when the password was set (replPropertyMetaData)")} is not to be read at {server}: the agent's account lacks the right", server),
        WriteEvidence.PutBack => new Verdict.Unknown($"{server} shows an older state than before the write: it was put back", server),
        _ => Settle(request, server, new(Problems.NotCarriedOut, "seen by looking: the account is as it was before", Server: server)),
    };

    private static Verdict.Applied Written(JournalEntry intent, WriteProof proof, string server)
    {
        var isLockedOut = proof.IsLockedOutAfter(intent.Intent!.ToProof());
        return new(server, ProblemOf(intent, proof, isLockedOut), $"seen by looking: pwdLastSet is {proof.PasswordLastSet:O}, {(isLockedOut ? "locked" : "not locked")}");
    }

    private static Problem? ProblemOf(JournalEntry intent, WriteProof proof, bool isLockedOut) => intent.Operation switch
    {
        // It was meant to be 0. At Samba that is a second write, which may not have come to it.
        Operation.AdministratorReset when proof.RawPasswordLastSet is > 0 => Problems.MustChangeNotSet,
        Operation.Reset or Operation.Change or Operation.ForcedChange when proof.RawPasswordLastSet == 0 => Problems.PasswordExpiresAtOnce,
        _ when isLockedOut => Problems.AccountStillLocked,
        _ => null,
    };

    private Verdict Settle(KnownRequest request, string server, Verdict.Refused refusal)
    {
        var now = time.GetUtcNow();
        if (request.IsInherited && now < request.Intent!.NotAfter)
        {
            return new Verdict.Unknown($"{server} shows the account as it was, and may still be at the write", server);
        }

        if (request.UnchangedSince is null || now - request.UnchangedAt > LongestGap || now < request.UnchangedAt)
        {
            request.UnchangedSince = now;
        }

        request.UnchangedAt = now;
        return now - request.UnchangedSince >= Settling
            ? refusal
            : new Verdict.Unknown($"{server} shows the account as it was; a late write would show within {Settling.TotalSeconds:0} s", server);
    }
}
