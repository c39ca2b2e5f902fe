using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>The one way from an admitted ticket to a write, in order: time, sequence, account, open writes, local policy, envelope, rate, time again, intent, write.</summary>
/// <remarks>Invariant: each call sends one write at the most, and only after its intent is kept. Everything before it refuses; nothing before it can fail into a write.</remarks>
internal sealed class PasswordWriter(WritebackContext context, WritebackJournal journal, ILogger<PasswordWriter> logger)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(8);

    /// <summary>The caller holds the account's lane, and the request has neither intent nor result.</summary>
    public async Task<Verdict> WriteAsync(AdmittedTicket ticket, KnownRequest request, Envelope envelope)
    {
        if (context.Gate.FindTimeFault(ticket.Ticket) is { } fault)
        {
            return fault;
        }

        if (!journal.Advance(ticket))
        {
            return new Verdict.Refused(Problems.TicketReplayed, "a newer or the same ticket for this account was here before");
        }

        var directory = context.Directories[ticket.Domain];
        var (account, refusal) = await ReadAsync(directory, ticket.Account);
        if (account is null)
        {
            return refusal!;
        }

        if (IsAnotherOpen(ticket, account))
        {
            return new Verdict.Refused(Problems.NotCarriedOut, "it is not known yet whether an earlier request set this account's password", Server: account.Server);
        }

        if (context.Policy.Judge(account) is { } forbidden)
        {
            return forbidden;
        }

        using var password = context.Keys.OpenerOf(envelope).Open(envelope, ticket.Hash);
        if (password is null)
        {
            WritebackLog.DecryptionError(logger, ticket.RequestId);
            return new Verdict.Refused(Problems.EnvelopeUnreadable, $"not sealed to key {context.Keys.PublicKey.KeyId} for this ticket");
        }

        return FindEnd(request) ?? FindLastFault(ticket, account) ?? await WriteAsync(directory, ticket, request, account, password);
    }

    /// <summary>Why nothing may begin for a request whose lease was ended; null: it was not.</summary>
    public static Verdict.Refused? FindEnd(KnownRequest request) =>
        request.IsLeaseEnded ? new(Problems.WritebackDisabled, "the lease was ended: writeback was disabled, or enabled anew, meanwhile") : null;

    // This write would be the evidence that the other one was carried out, until it would come too late to be taken for it: an outcome that
    // is never found out (its domain controller is gone) does not lock the person out for good.
    private bool IsAnotherOpen(AdmittedTicket ticket, Account account) => journal.OpenRequests.Any(request =>
        request.Intent is { } intent && intent.Account == ticket.Account && intent.RequestId != ticket.RequestId && account.ServerTime <= EvidenceReading.LatestOf(intent));

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
            : context.Breaker.TryTake() ? null : new Verdict.Refused(Problems.RateLimited, $"more than {context.Breaker.Limit} writes in {RateBreaker.Window.TotalMinutes:0} minutes"));

    private async Task<Verdict> WriteAsync(IDirectory directory, AdmittedTicket ticket, KnownRequest request, Account account, Password password)
    {
        try
        {
            var intent = new WriteIntent(account.Server, account.ServerTime, account.RawPasswordLastSet, account.UpdateSequenceNumber);
            await journal.RecordIntentAsync(ticket, request, intent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WritebackLog.JournalFailed(logger, ticket.RequestId, e);
            return new Verdict.Refused(Problems.NotCarriedOut, "the agent's journal cannot be written: " + e.Message, Server: account.Server);
        }

        // A disk may take its time; the directory checks the end once more, right before sending.
        if ((FindEnd(request) ?? context.Gate.FindTimeFault(ticket.Ticket)) is { } late)
        {
            return late;
        }

        WritebackLog.PasswordResetStart(logger, ticket.RequestId, account.DistinguishedName, account.Server);
        var write = await directory.ResetPasswordAsync(account, password.Utf16, ticket.Ticket.NotAfter, LongestWrite, CancellationToken.None);
        return Read(write, account.Server);
    }

    private static Verdict Read(PasswordWrite write, string server) => write switch
    {
        PasswordWrite.Applied applied => new Verdict.Applied(server, DirectoryProblems.Of(applied.Warning), applied.Warning is WriteWarning.None ? null : applied.Warning.ToString()),
        PasswordWrite.Refused refused => new Verdict.Refused(DirectoryProblems.Of(refused.Cause), DirectoryProblems.Plain(refused.Diagnostics), refused.EarliestNextChange, server),
        PasswordWrite.Unknown unknown => new Verdict.Unknown(DirectoryProblems.Plain(unknown.Why), server),
        _ => throw new InvalidOperationException(write.GetType().Name),
    };
}
