namespace Tagasi.Agent.Journal;

/// <summary>All that this host knows of one request.</summary>
internal sealed class KnownRequest(byte[] ticketHash, DateTimeOffset notAfter)
{
    private volatile bool isLeaseEnded;

    /// <summary>The first ticket that came with the request's id owns it.</summary>
    public byte[] TicketHash => ticketHash;

    /// <summary>When that ticket's time is over.</summary>
    public DateTimeOffset NotAfter => notAfter;

    /// <summary>Set: the service has ended its lease, so that no write may begin for it.</summary>
    public bool IsLeaseEnded
    {
        get => isLeaseEnded;
        set => isLeaseEnded = value;
    }

    /// <summary>Set: a write may have been sent, and none may be sent again.</summary>
    public JournalEntry? Intent { get; set; }

    /// <summary>Its write was sent by an earlier process: nobody waits for the answer any more, and the connection is gone.</summary>
    public bool IsInherited { get; set; }

    /// <summary>Its outcome is being found out; the log says so once.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>Set: the signed result, which is final.</summary>
    public string? Result { get; set; }

    /// <summary>The line of the result.</summary>
    public JournalEntry? Outcome { get; set; }

    /// <summary>Since when the domain controller, whenever it was asked, has answered and shown the account unchanged.</summary>
    public DateTimeOffset? UnchangedSince { get; set; }

    /// <summary>When it last did.</summary>
    public DateTimeOffset? UnchangedAt { get; set; }
}
