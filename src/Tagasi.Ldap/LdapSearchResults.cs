using Tagasi.Ldap.Messages;
using Tagasi.Ldap.Requests;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap;

/// <summary>A search and what it finds, page by page while it is enumerated. One enumeration each.</summary>
/// <remarks>
/// A page is asked for when the last one has been taken, so a slow consumer slows the server. Leaving the enumeration early abandons the
/// search at the server. More than 8 MiB of entries that nobody takes stop the whole connection until they are taken.
/// </remarks>
public sealed class LdapSearchResults : IAsyncEnumerable<LdapEntry>
{
    // A forest has tens of partitions to refer to; a server that names more is up to something.
    private const int MaxReferences = 1000;

    private readonly RequestPipeline _pipeline;
    private readonly LdapSearch _search;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancellation;
    private readonly List<string> _references = [];
    private bool _isStarted;

    internal LdapSearchResults(RequestPipeline pipeline, LdapSearch search, TimeProvider time, TimeSpan timeout, CancellationToken cancellation)
    {
        _pipeline = pipeline;
        _search = search;
        _time = time;
        _timeout = timeout;
        _cancellation = cancellation;
    }

    /// <summary>LDAP URLs of where else to search (RFC 4511, 4.5.3), as far as they have come. Never followed.</summary>
    public IReadOnlyList<string> References => _references;

    /// <summary>The answer to the last page, with its controls; null until it is there.</summary>
    public LdapResult? Result { get; private set; }

    /// <summary>Runs the search.</summary>
    /// <exception cref="LdapRefusedException">The server ended the search with something else than success, possibly after entries.</exception>
    /// <exception cref="LdapConnectionException">The connection broke, or a page did not come in time (then it stays usable).</exception>
    /// <exception cref="LdapProtocolException">The paging control of the answer makes no sense, or there were too many references.</exception>
    public async IAsyncEnumerator<LdapEntry> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_isStarted)
        {
            throw new InvalidOperationException("A search is enumerated once.");
        }

        _isStarted = true;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancellation, cancellationToken);
        var budget = _timeout;
        ReadOnlyMemory<byte> cookie = default;
        do
        {
            var page = NewPage(cookie);
            try
            {
                budget = await SendAsync(page, budget, either.Token);
                while (Result is null)
                {
                    (var message, budget) = await TakeAsync(page, budget, either.Token);
                    if (message is EntryMessage { Entry: var entry })
                    {
                        // Only entries renew the time: a server that hands out empty pages for ever comes to its end.
                        page.HasEntries = true;
                        yield return entry;
                    }
                    else
                    {
                        Note(message);
                    }
                }
            }
            finally
            {
                _pipeline.Abandon(page);
            }

            cookie = NextCookie();
            budget = page.HasEntries ? _timeout : budget;
        }
        while (!cookie.IsEmpty);
    }

    private PendingSearch NewPage(ReadOnlyMemory<byte> cookie)
    {
        Result = null;
        var control = _search.PageSize is { } size ? PagingControl.Request(size, cookie) : null;
        var seconds = (int)Math.Ceiling(_timeout.TotalSeconds);
        return new PendingSearch((writer, id) => RequestEncoder.Search(writer, id, _search, seconds, control));
    }

    private async Task<TimeSpan> SendAsync(PendingSearch page, TimeSpan budget, CancellationToken cancellation)
    {
        var deadline = new Deadline(_time, budget);
        await _pipeline.SendAsync(page, LdapStage.Request, deadline, cancellation);
        return deadline.Remaining;
    }

    /// <summary>The next message, and what is left of the time to wait: the consumer's own time between two calls is not the server's.</summary>
    private async ValueTask<(LdapMessage Message, TimeSpan Budget)> TakeAsync(PendingSearch page, TimeSpan budget, CancellationToken cancellation)
    {
        if (page.TryTake(out var ready))
        {
            return (ready!, budget);
        }

        var deadline = new Deadline(_time, budget);
        using var stop = deadline.Source();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
        try
        {
            await page.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new LdapConnectionException(LdapFailure.TimedOut, LdapStage.Request, "The search was not answered in time.", page.IsSent, e);
        }

        return page.TryTake(out var message)
            ? (message!, deadline.Remaining)
            : throw new InvalidOperationException("The search has one consumer.");
    }

    private void Note(LdapMessage message)
    {
        switch (message)
        {
            case ReferenceMessage reference when _references.Count + reference.Uris.Count <= MaxReferences:
                _references.AddRange(reference.Uris);
                break;
            case ResultMessage { Result: var result }:
                Result = result;
                break;
            default:
                throw new LdapProtocolException("The search was answered with too many references.");
        }
    }

    private ReadOnlyMemory<byte> NextCookie()
    {
        var result = Result!;
        if (!result.IsSuccess)
        {
            throw new LdapRefusedException(result);
        }

        return _search.PageSize is null ? default : PagingControl.Cookie(result.Controls);
    }
}
