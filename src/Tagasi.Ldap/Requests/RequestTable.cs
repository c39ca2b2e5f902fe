using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Requests;

/// <summary>Who waits for which id on one connection, which ids are given up, and why the connection broke if it did.</summary>
/// <remarks>
/// Invariants, under one lock: a request that waits is told its answer or the break, never neither; after the break none is marked as
/// sent; an id is never used twice.
/// </remarks>
internal sealed class RequestTable
{
    // Each is a request that the server neither answered nor will; a server that owes so many is not worth asking further.
    private const int MaxAbandoned = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, PendingRequest> _pending = [];
    private readonly HashSet<int> _abandoned = [];
    private LdapConnectionException? _broken;
    private int _lastId;

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count == 0;
            }
        }
    }

    public bool IsBroken
    {
        get
        {
            lock (_gate)
            {
                return _broken is not null;
            }
        }
    }

    /// <summary>Gives the request its id and, if it has an answer, waits for it on its behalf.</summary>
    /// <exception cref="LdapConnectionException">The connection is broken.</exception>
    public void Register(PendingRequest request)
    {
        lock (_gate)
        {
            ThrowIfBroken();
            request.Id = checked(++_lastId);
            if (request.HasAnswer)
            {
                _pending.Add(request.Id, request);
            }
        }
    }

    /// <summary>The request's first byte is about to leave.</summary>
    /// <exception cref="LdapConnectionException">It must not: the connection is broken.</exception>
    public void MarkSent(PendingRequest request)
    {
        lock (_gate)
        {
            ThrowIfBroken();
            request.IsSent = true;
        }
    }

    /// <summary>Forgets a request that could not be encoded, so that nobody waits for its answer.</summary>
    public void ForgetUnsent(PendingRequest request)
    {
        lock (_gate)
        {
            if (!request.IsSent)
            {
                _pending.Remove(request.Id);
            }
        }
    }

    /// <summary>Whose answer this is, or null when that one was given up. A final answer settles its id.</summary>
    /// <exception cref="LdapProtocolException">Nobody asked for it, or it does not fit what was asked.</exception>
    public PendingRequest? Take(LdapMessage message)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(message.Id, out var request) && !_abandoned.Contains(message.Id))
            {
                throw new LdapProtocolException($"An answer to {message.Id}, which was not asked.");
            }

            // Looked at while the request is still waiting: one that is answered wrongly must fail with the others.
            if (request is not null && !request.Fits(message))
            {
                throw new LdapProtocolException($"The answer {message.Id} is not of the kind that was asked for.");
            }

            if (message.IsFinal)
            {
                _pending.Remove(message.Id);
                _abandoned.Remove(message.Id);
            }

            return request;
        }
    }

    /// <summary>Gives a request up. False when there was nothing to give up.</summary>
    public bool Abandon(PendingRequest request, out bool isServerHopeless)
    {
        lock (_gate)
        {
            var waited = _pending.Remove(request.Id) && _abandoned.Add(request.Id);
            isServerHopeless = _abandoned.Count > MaxAbandoned;
            return waited;
        }
    }

    /// <summary>Breaks the connection and fails all who wait. False when it was broken already.</summary>
    public bool Break(LdapConnectionException why)
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            if (_broken is not null)
            {
                return false;
            }

            _broken = why;
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var request in waiting)
        {
            request.Fail(new LdapConnectionException(why.Failure, why.Stage, why.Message, request.IsSent, why.InnerException));
        }

        return true;
    }

    private void ThrowIfBroken()
    {
        if (_broken is { } why)
        {
            throw new LdapConnectionException(why.Failure, why.Stage, why.Message, inner: why.InnerException);
        }
    }
}
