using Tagasi.Agent.Writeback;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Journal;

/// <summary>What this host has done and refused, kept through restarts: no request is carried out twice, none behind a newer one.</summary>
/// <remarks>
/// A request's id belongs to the first ticket that came with it. Memory is ahead of the disk, never behind: an id, a sequence and a result
/// count at once, and for good once the line is kept.
/// </remarks>
internal sealed class WritebackJournal
{
    /// <summary>How long results are kept for a service that was away and asks late; far beyond any ticket's life.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(48);

    // A line has about 1 kB. Rewriting the file is one write of what is left.
    private const int LinesUntilCompaction = 50_000;

    private readonly IJournalFile file;
    private readonly TimeProvider time;
    private readonly Dictionary<Guid, KnownRequest> requests = [];
    // Those of them whose write may have been sent and whose result is not known: few, and asked for with each order.
    private readonly Dictionary<Guid, KnownRequest> open = [];
    private readonly Dictionary<Guid, long> sequences = [];
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<Exception> failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset begun;
    private DateTimeOffset dropped;
    private int lines;

    private WritebackJournal(IJournalFile file, TimeProvider time) => (this.file, this.time) = (file, time);

    /// <summary>Makes the journal of a host that is just being enrolled: no ticket can have been made for it before.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Begin(IJournalFile file) => file.Replace(JournalLines.Format(Horizon(default, default)));

    /// <summary>Reads the journal, and drops from it what is too old to matter.</summary>
    /// <exception cref="JournalDamagedException">It cannot be relied on.</exception>
    public static WritebackJournal Open(IJournalFile file, TimeProvider time)
    {
        var (entries, _) = JournalLines.Parse(file.ReadAll());
        var journal = new WritebackJournal(file, time);
        foreach (var entry in entries)
        {
            journal.Take(entry);
        }

        if (entries.Count == 0)
        {
            // The one before was lost, or taken away.
            journal.begun = time.GetUtcNow();
        }
        else if (!entries.Any(entry => entry.Kind is JournalKind.Horizon))
        {
            // Of a version that dropped without saying so.
            journal.dropped = time.GetUtcNow() - Retention;
        }

        // This also cuts off a torn end, on which the next line would otherwise be written.
        journal.Compact();
        return journal;
    }

    /// <summary>When it began, where another was lost before: by this host's clock at that time, and whatever that has said since.</summary>
    public DateTimeOffset Begun => begun;

    /// <summary>Ends with the first line that could not be kept. None is from then on: the agent has to be started anew.</summary>
    public Task<Exception> Failure => failure.Task;

    /// <summary>When writes were sent, as far back as results are kept.</summary>
    public IReadOnlyList<DateTimeOffset> WriteTimes
    {
        get
        {
            lock (gate)
            {
                return [.. requests.Values.Where(request => request.Intent is { Operation: not Operation.Verify }).Select(request => request.Intent!.At).Order()];
            }
        }
    }

    /// <summary>Where current passwords were put to the directory, right and wrong ones, as far back as results are kept.</summary>
    public IReadOnlyList<JournalEntry> PasswordTries
    {
        get
        {
            lock (gate)
            {
                return [.. requests.Values.Select(request => request.Intent).OfType<JournalEntry>().Where(intent => intent.Operation.NeedsCurrentPassword())];
            }
        }
    }

    /// <summary>Writes whose outcome is not known.</summary>
    public IReadOnlyList<KnownRequest> OpenRequests
    {
        get
        {
            lock (gate)
            {
                return [.. open.Values];
            }
        }
    }

    /// <summary>Claims the request's id for this ticket.</summary>
    /// <returns>What is known of the request; null when another ticket has its id.</returns>
    public KnownRequest? Claim(AdmittedTicket ticket)
    {
        lock (gate)
        {
            if (!requests.TryGetValue(ticket.RequestId, out var request))
            {
                requests.Add(ticket.RequestId, request = new KnownRequest(ticket.Hash, ticket.Ticket.NotAfter));
            }

            return request.TicketHash.AsSpan().SequenceEqual(ticket.Hash) ? request : null;
        }
    }

    /// <summary>
    /// Whether a request that is not known may have been here all the same: before this journal began (another one was lost, or taken
    /// away), or before what it dropped, where the account was past this sequence.
    /// </summary>
    public bool IsForgettable(AdmittedTicket ticket)
    {
        lock (gate)
        {
            var isOlder = ticket.Ticket.NotBefore <= begun + TicketGate.ClockTolerance;
            return isOlder || (ticket.Ticket.NotAfter <= dropped && sequences.GetValueOrDefault(ticket.Account, long.MinValue) >= ticket.Ticket.Sequence);
        }
    }

    /// <summary>Moves an account's sequence on; false when it has already been there or further.</summary>
    public bool Advance(AdmittedTicket ticket)
    {
        lock (gate)
        {
            if (sequences.GetValueOrDefault(ticket.Account, long.MinValue) >= ticket.Ticket.Sequence)
            {
                return false;
            }

            sequences[ticket.Account] = ticket.Ticket.Sequence;
            return true;
        }
    }

    /// <summary>Keeps that a write is about to be sent. Only after this may it be.</summary>
    /// <exception cref="IOException">It is not kept: nothing may be written.</exception>
    public async Task RecordIntentAsync(AdmittedTicket ticket, KnownRequest request, WriteIntent intent)
    {
        var entry = Entry(JournalKind.Intent, ticket) with { Intent = intent };
        lock (gate)
        {
            request.Intent = entry;
            Follow(entry.RequestId, request);
        }

        try
        {
            await AppendAsync(entry);
        }
        catch
        {
            lock (gate)
            {
                request.Intent = null;
                Follow(entry.RequestId, request);
            }

            throw;
        }
    }

    /// <summary>Keeps the result, which is final once this has ended.</summary>
    /// <exception cref="IOException">It is not kept, and must not be told.</exception>
    public Task RecordOutcomeAsync(AdmittedTicket ticket, KnownRequest request, string result) =>
        RecordOutcomeAsync(request, Entry(JournalKind.Outcome, ticket) with { Result = result });

    /// <summary>As above for a request whose ticket is not at hand.</summary>
    /// <exception cref="IOException">It is not kept, and must not be told.</exception>
    public Task RecordOutcomeAsync(KnownRequest request, string result) =>
        RecordOutcomeAsync(request, request.Intent! with { Kind = JournalKind.Outcome, At = time.GetUtcNow(), Intent = null, Result = result });

    // Rewrites the file without what is too old to matter. Sequences and open writes stay. Every line is in memory before it is appended,
    // and the gate is held throughout, so that none is lost between the two files.
    private void Compact()
    {
        lock (gate)
        {
            var oldest = time.GetUtcNow() - Retention;
            foreach (var (id, request) in requests)
            {
                if (request.NotAfter < oldest && !open.ContainsKey(id))
                {
                    requests.Remove(id);
                    dropped = request.NotAfter > dropped ? request.NotAfter : dropped;
                }
            }

            var marks = sequences.Select(pair => new JournalEntry(JournalKind.Mark, Guid.Empty, [], "", pair.Key, pair.Value, default, default));
            var kept = requests.Values.SelectMany(request => new[] { request.Intent, request.Outcome }).OfType<JournalEntry>();
            using var content = new MemoryStream();
            lines = 0;
            foreach (var entry in marks.Concat(kept).Prepend(Horizon(begun, dropped)))
            {
                content.Write(JournalLines.Format(entry));
                lines++;
            }

            file.Replace(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
    }

    private static JournalEntry Horizon(DateTimeOffset begun, DateTimeOffset dropped) => new(JournalKind.Horizon, Guid.Empty, [], "", Guid.Empty, 0, dropped, begun);

    private void Follow(Guid id, KnownRequest request)
    {
        if (request is { Intent: not null, Result: null })
        {
            open[id] = request;
        }
        else
        {
            open.Remove(id);
        }
    }

    private async Task RecordOutcomeAsync(KnownRequest request, JournalEntry entry)
    {
        lock (gate)
        {
            (request.Result, request.Outcome) = (entry.Result, entry);
            Follow(entry.RequestId, request);
        }

        try
        {
            await AppendAsync(entry);
        }
        catch
        {
            lock (gate)
            {
                (request.Result, request.Outcome) = (null, null);
                Follow(entry.RequestId, request);
            }

            throw;
        }
    }

    private async Task AppendAsync(JournalEntry entry)
    {
        try
        {
            await file.AppendAsync(JournalLines.Format(entry));
        }
        catch (Exception e)
        {
            failure.TrySetResult(e);
            throw;
        }

        if (Interlocked.Increment(ref lines) % LinesUntilCompaction == 0)
        {
            TryCompact();
        }
    }

    // The line is kept already; a file that could not be shortened is only longer.
    private void TryCompact()
    {
        try
        {
            Compact();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again after as many lines more.
        }
    }

    private JournalEntry Entry(JournalKind kind, AdmittedTicket ticket) =>
        new(kind, ticket.RequestId, ticket.Hash, ticket.Domain, ticket.Account, ticket.Ticket.Sequence, ticket.Ticket.NotAfter, time.GetUtcNow(), Operation: ticket.Ticket.Operation);

    private void Take(JournalEntry entry)
    {
        if (entry.Kind is JournalKind.Horizon)
        {
            (begun, dropped) = (entry.At, entry.NotAfter);
            return;
        }

        // A refusal's ticket may never have been admitted: one far ahead of its time would be the last that its account ever takes.
        if (entry.Kind is not JournalKind.Outcome || !TicketGate.IsAhead(entry.Sequence, entry.At))
        {
            sequences[entry.Account] = Math.Max(entry.Sequence, sequences.GetValueOrDefault(entry.Account, long.MinValue));
        }

        if (entry.Kind is JournalKind.Mark)
        {
            return;
        }

        if (!requests.TryGetValue(entry.RequestId, out var request))
        {
            requests.Add(entry.RequestId, request = new KnownRequest(entry.TicketHash, entry.NotAfter));
        }

        if (entry.Kind is JournalKind.Intent)
        {
            (request.Intent, request.IsInherited) = (entry, true);
        }
        else
        {
            request.Outcome = entry;
            request.Result = entry.Result;
        }

        Follow(entry.RequestId, request);
    }
}
