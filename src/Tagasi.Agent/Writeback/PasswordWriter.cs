using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>The one way from an admitted ticket to the directory, in order: time, sequence, account, open writes, local policy, recipients, envelope, limits, time again, intent, and then one operation.</summary>
/// <remarks>Invariant: each call sends one write or one bind at the most, and only after its intent is kept. Everything before it refuses; nothing before it can fail into a write.</remarks>
internal sealed class PasswordWriter(WritebackContext context, WritebackJournal journal, ILogger<PasswordWriter> logger)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(8);

    /// <summary>The caller holds the account's lane, and the request has neither intent nor result.</summary>
    public async Task<Verdict> WriteAsync(AdmittedTicket ticket, KnownRequest request, WritebackOrder order)
    {
        if (context.Gate.FindTimeFault(ticket.Ticket) is { } fault)
        {
            return fault;
        }

        if (!journal.Advance(ticket))
        {
            return new Verdict.Refused(Problems.TicketReplayed, "a newer or the same ticket for this account was here before");
        }

        // Before the account is read: what becomes known meanwhile may have happened behind that.
        var others = journal.OpenRequests.Select(open => open.Intent).OfType<JournalEntry>().Where(intent => intent.Account == ticket.Account && intent.RequestId != ticket.RequestId).ToList();
        var directory = context.Directories[ticket.Domain];
        var (account, refusal) = await ReadAsync(directory, ticket.Account);
        if (account is null)
        {
            return refusal!;
        }

        // Our write would be the evidence that the other one was carried out, until it would come too late to be taken for it: an outcome that
        // is never found out (its domain controller is gone) does not lock the person out for good.
        if (others.Exists(other => account.ServerTime <= EvidenceReading.LatestOf(other)))
        {
            return new Verdict.Refused(Problems.NotCarriedOut, "it is not known yet whether an earlier request changed this account", Server: account.Server);
        }

        if (context.Policy.Judge(account, ticket.Operation) is { } forbidden)
        {
            return forbidden;
        }

        var (passwords, unopened) = Open(ticket, order);
        using (passwords)
        {
            return unopened ?? FindEnd(request) ?? FindLastFault(ticket, account) ?? await WriteAsync(directory, ticket, request, account, passwords!);
        }
    }

    private (SealedPasswords? Passwords, Verdict.Refused? Refusal) Open(AdmittedTicket ticket, WritebackOrder order)
    {
        if (order.Envelope is not { } envelope)
        {
            var none = new SealedPasswords(null, null);
            return (none, FindUnfit(ticket, none));
        }

        var opener = context.Keys.OpenerOf(envelope);
        if (context.KnownAgents.FindStranger(envelope, opener.PublicKey.KeyId, order.Recipients) is { } stranger)
        {
            WritebackLog.RecipientUnknown(logger, ticket.RequestId, stranger);
            return (null, new(Problems.RecipientUnknown, $"also sealed to key {stranger}, which no agent that is known here has signed"));
        }

        if (opener.Open(envelope, ticket.Hash) is not { } passwords)
        {
            WritebackLog.DecryptionError(logger, ticket.RequestId);
            return (null, new(Problems.EnvelopeUnreadable, $"not sealed to key {context.Keys.PublicKey.KeyId} for this ticket"));
        }

        return (passwords, FindUnfit(ticket, passwords));
    }

    // A change without the current password must not pass for a reset, nor a reset for a change.
    private Verdict.Refused? FindUnfit(AdmittedTicket ticket, SealedPasswords passwords)
    {
        if (passwords.Fit(ticket.Operation))
        {
            return null;
        }

        WritebackLog.InputValidationError(logger, ticket.RequestId, ticket.Operation);
        return new(Problems.EnvelopeUnreadable, $"it does not hold the passwords that {ticket.Operation} takes");
    }

    /// <summary>Why nothing may begin for a request whose lease was ended; null: it was not.</summary>
    public static Verdict.Refused? FindEnd(KnownRequest request) =>
        request.IsLeaseEnded ? new(Problems.WritebackDisabled, "the lease was ended: writeback was disabled, or enabled anew, meanwhile") : null;

    private async Task<(Account? Account, Verdict.Refused? Refusal)> ReadAsync(IDirectory directory, Guid account)
    {
        try
        {
            return await directory.ReadAccountAsync(account, ReadTimeout, CancellationToken.None).WaitAsync(ReadTimeout + TimeSpan.FromSeconds(1), context.Time) switch
            {
                AccountReading.Found(var found) => (found, null),
                AccountReading.Unavailable(var failure) => (null, DirectoryProblems.Of(failure)),
                _ => (null, new Verdict.Refused(Problems.AccountNotFound)),
            };
        }
        catch (TimeoutException)
        {
            return (null, new Verdict.Refused(Problems.DirectoryUnavailable, "reading the account did not end"));
        }
    }

    // Time has passed since the first check. The domain controller's clock is a second witness: a host whose clock was set back would
    // otherwise carry out old tickets.
    private Verdict.Refused? FindLastFault(AdmittedTicket ticket, Account account) =>
        context.Gate.FindTimeFault(ticket.Ticket)
        ?? (account.ServerTime > ticket.Ticket.NotAfter + TicketGate.ClockTolerance
            ? new Verdict.Refused(Problems.TicketExpired, $"it is {account.ServerTime:O} at {account.Server}: the clocks differ", Server: account.Server)
            : FindLimit(ticket, account));

    private Verdict.Refused? FindLimit(AdmittedTicket ticket, Account account)
    {
        // Last, what all accounts share: tries that are stopped here must not use it up.
        if (ticket.Operation.NeedsCurrentPassword() && !context.WrongPasswords.TryTake(account, ticket.RequestId))
        {
            return new Verdict.Refused(Problems.WrongPasswordLimited, $"the account's tries in {WrongPasswords.WindowOf(account).TotalMinutes:0} minutes are used up", Server: account.Server);
        }

        if (ticket.Operation is Operation.Verify || context.Breaker.TryTake())
        {
            return null;
        }

        SettleTry(ticket, wasWrong: false);
        return new Verdict.Refused(Problems.RateLimited, $"more than {context.Breaker.Limit} writes in {RateBreaker.Window.TotalMinutes:0} minutes");
    }

    private async Task<Verdict> WriteAsync(IDirectory directory, AdmittedTicket ticket, KnownRequest request, Account account, SealedPasswords passwords)
    {
        try
        {
            await journal.RecordIntentAsync(ticket, request, WriteIntent.Of(account));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WritebackLog.JournalFailed(logger, ticket.RequestId, e);
            SettleTry(ticket, wasWrong: false);
            return new Verdict.Refused(Problems.NotCarriedOut, "the agent's journal cannot be written: " + e.Message, Server: account.Server);
        }

        // A disk may take its time; the directory checks the end once more, right before sending.
        if ((FindEnd(request) ?? context.Gate.FindTimeFault(ticket.Ticket)) is { } late)
        {
            SettleTry(ticket, wasWrong: false);
            return late;
        }

        WritebackLog.Started(logger, ticket, account);
        var (verdict, wasWrong) = await SendAsync(directory, ticket.Ticket, account, passwords);
        if (wasWrong is { } known)
        {
            SettleTry(ticket, known);
        }

        return verdict;
    }

    private void SettleTry(AdmittedTicket ticket, bool wasWrong) => context.WrongPasswords.Settle(ticket.Account, ticket.RequestId, wasWrong);

    /// <returns>And whether the current password was wrong; null: what has no answer may have been.</returns>
    private static async Task<(Verdict Verdict, bool? WasWrong)> SendAsync(IDirectory directory, Ticket ticket, Account account, SealedPasswords passwords)
    {
        if (ticket.Operation is Operation.Verify)
        {
            var verification = await directory.VerifyPasswordAsync(account, passwords.Current!.Utf16, LongestWrite, CancellationToken.None);
            return (Verdicts.Of(verification, account.Server), verification is PasswordVerification.Unavailable { MayHaveCounted: true } ? null : verification is PasswordVerification.Wrong);
        }

        var verdict = Verdicts.Of(await WriteAsync(directory, ticket, account, passwords), account.Server);
        if (verdict is Verdict.Applied { Problem: null } applied && ticket.Operation is Operation.AdministratorReset && account.PasswordNeverExpires)
        {
            // Else the administrator would tell the person of a change that nobody asks for.
            verdict = applied with { Problem = Problems.MustChangeNotSet };
        }

        if (verdict is Verdict.Applied written && !account.IsAtPdcEmulator)
        {
            verdict = written.Elsewhere();
        }

        return (verdict, verdict is Verdict.Unknown ? null : verdict is Verdict.Refused refused && refused.Problem == Problems.CurrentPasswordWrong);
    }

    private static Task<PasswordWrite> WriteAsync(IDirectory directory, Ticket ticket, Account account, SealedPasswords passwords) =>
        ticket.Operation switch
        {
            Operation.Reset => directory.ResetPasswordAsync(account, passwords.New!.Utf16, false, ticket.NotAfter, LongestWrite, CancellationToken.None),
            // "Password never expires" and "must change" contradict each other, and Active Directory's own tools refuse to set both.
            Operation.AdministratorReset => directory.ResetPasswordAsync(account, passwords.New!.Utf16, !account.PasswordNeverExpires, ticket.NotAfter, LongestWrite, CancellationToken.None),
            Operation.Change or Operation.ForcedChange => directory.ChangePasswordAsync(account, passwords.Current!.Utf16, passwords.New!.Utf16, ticket.NotAfter, LongestWrite, CancellationToken.None),
            Operation.Unlock => directory.UnlockAsync(account, ticket.NotAfter, LongestWrite, CancellationToken.None),
            _ => throw new InvalidOperationException(ticket.Operation.ToString()),
        };
}
