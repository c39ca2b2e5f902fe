using System.Net.Sockets;
using System.Security.Authentication;
using Tagasi.Ldap.Messages;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap.Requests;

/// <summary>Many requests on one connection: gives ids, writes one message at a time, and hands each answer to whom it belongs.</summary>
/// <remarks>
/// Invariants: a request is either registered, and then ends by an answer or by <see cref="Break"/>, or it was never sent. After
/// <see cref="Break"/> nothing is sent any more. A message whose writing was cut short breaks the connection.
/// </remarks>
internal sealed class RequestPipeline : IAsyncDisposable
{
    // Each is a request that the server neither answered nor will; a server that owes so many is not worth asking further.
    private const int MaxAbandoned = 1000;
    private const string NoticeOfDisconnection = "1.3.6.1.4.1.1466.20036";

    private static readonly TimeSpan CourtesyTime = TimeSpan.FromSeconds(1);

    private readonly MessageStream _messages;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, PendingRequest> _pending = [];
    private readonly HashSet<int> _abandoned = [];
    private readonly Task _reader;
    private LdapConnectionException? _broken;
    private int _lastId;

    public RequestPipeline(MessageStream messages, TimeProvider time)
    {
        _messages = messages;
        _time = time;
        _reader = Task.Run(ReadAsync);
    }

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

    public bool IsUsable
    {
        get
        {
            lock (_gate)
            {
                return _broken is null;
            }
        }
    }

    /// <summary>Sends a request. Once its bytes may be leaving, only the deadline stops it, and that breaks the connection.</summary>
    /// <exception cref="LdapConnectionException">Not sent: the connection is broken, or the deadline came while others were writing.</exception>
    public async Task SendAsync(PendingRequest request, LdapStage stage, Deadline deadline, CancellationToken cancellation)
    {
        using var stop = deadline.Source();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
        try
        {
            await _writing.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new LdapConnectionException(LdapFailure.TimedOut, stage, "The request's time was over before its turn to be sent came.", inner: e);
        }

        try
        {
            Register(request);
            await _messages.WriteAsync(request.Encode, () => MarkSent(request), stop.Token);
        }
        catch (Exception e) when (IsOfTheWire(e))
        {
            Break(Translate(e, stage));
        }
        finally
        {
            Forget(request, onlyIfUnsent: true);
            _writing.Release();
        }
    }

    /// <summary>Waits for the one answer until the deadline, whose passing breaks the connection: the server's state is unknown.</summary>
    public async Task<ResultMessage> AnswerAsync(PendingResult request, LdapStage stage, Deadline deadline)
    {
        try
        {
            return await deadline.Limit(request.Answer);
        }
        catch (TimeoutException e)
        {
            var late = new LdapConnectionException(LdapFailure.TimedOut, stage, "The server gave no answer in time.", request.IsSent, e);
            Break(late);
            // Whatever went before, here the wait ends; an answer that came in between still counts.
            request.Fail(late);
            return await request.Answer;
        }
    }

    /// <summary>Gives a search up. Its id is remembered, so that answers already on their way are dropped and nothing else is.</summary>
    /// <remarks>Does not wait: the telling is a courtesy, which must not outlast the caller's own deadline.</remarks>
    public void Abandon(PendingSearch request)
    {
        request.Leave();
        int owed;
        lock (_gate)
        {
            if (!_pending.Remove(request.Id))
            {
                return;
            }

            _abandoned.Add(request.Id);
            owed = _abandoned.Count;
        }

        if (owed > MaxAbandoned)
        {
            Break(new LdapConnectionException(LdapFailure.TimedOut, LdapStage.Request, "The server owes too many answers."));
            return;
        }

        _ = SendUnansweredAsync((writer, id) => RequestEncoder.Abandon(writer, id, request.Id));
    }

    /// <summary>Sends what has no answer (abandon, unbind), if there is a chance to.</summary>
    public async Task SendUnansweredAsync(Action<BerWriter, int> encode)
    {
        var request = new PendingResult(encode, responseTag: 0);
        var deadline = new Deadline(_time, CourtesyTime);
        try
        {
            await SendAsync(request, LdapStage.Request, deadline, CancellationToken.None);
        }
        catch (LdapConnectionException)
        {
            // It was a courtesy to the server.
        }

        Forget(request, onlyIfUnsent: false);
    }

    /// <summary>Ends the connection: every waiting request fails, each told whether it may have been carried out.</summary>
    public void Break(LdapConnectionException why)
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = why;
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var request in waiting)
        {
            request.Fail(new LdapConnectionException(why.Failure, why.Stage, why.Message, request.IsSent, why.InnerException));
        }

        _closing.Cancel();
        _messages.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Break(new LdapConnectionException(LdapFailure.Disposed, LdapStage.Request, "The connection was disposed of."));
        await _reader;
        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _messages.ReadAsync(_closing.Token) is { } message)
            {
                await DispatchAsync(ResponseDecoder.Decode(message));
            }

            Break(new LdapConnectionException(LdapFailure.ClosedByPeer, LdapStage.Request, "The server closed the connection."));
        }
        catch (Exception e)
        {
            // The edge of a task: whatever ended it is handed to every request that waits, a bug included.
            Break(Translate(e, LdapStage.Request));
        }
        finally
        {
            _messages.WipeReceived();
        }
    }

    private async ValueTask DispatchAsync(LdapMessage message)
    {
        if (message.Id == 0)
        {
            Unsolicited(message);
            return;
        }

        PendingRequest? request;
        lock (_gate)
        {
            if (!_pending.TryGetValue(message.Id, out request) && !_abandoned.Contains(message.Id))
            {
                throw new LdapProtocolException($"An answer to {message.Id}, which was not asked.");
            }

            // Looked at while the request is still registered: one that is answered wrongly must fail with the others.
            if (request is not null && !request.Fits(message))
            {
                throw new LdapProtocolException($"The answer {message.Id} is not of the kind that was asked for.");
            }

            if (message.IsFinal)
            {
                _pending.Remove(message.Id);
                _abandoned.Remove(message.Id);
            }
        }

        if (request is not null)
        {
            request.Accept(message);
            await request.ReadyForMore.WaitAsync(_closing.Token);
        }
    }

    // RFC 4511, 4.4: unsolicited notifications that the client does not know are to be ignored.
    private void Unsolicited(LdapMessage message)
    {
        if (message is not ResultMessage { Tag: Tag.ExtendedResponse } notice)
        {
            throw new LdapProtocolException("An answer to message 0, which is no request's.");
        }

        if (notice.ExtendedName == NoticeOfDisconnection)
        {
            Break(new LdapConnectionException(LdapFailure.NoticeOfDisconnection, LdapStage.Request, $"The server ended the connection: {notice.Result}"));
        }
    }

    private void Register(PendingRequest request)
    {
        lock (_gate)
        {
            ThrowIfBroken();
            request.Id = checked(++_lastId);
            _pending.Add(request.Id, request);
        }
    }

    private void MarkSent(PendingRequest request)
    {
        lock (_gate)
        {
            ThrowIfBroken();
            request.IsSent = true;
        }
    }

    private void Forget(PendingRequest request, bool onlyIfUnsent)
    {
        lock (_gate)
        {
            if (!onlyIfUnsent || !request.IsSent)
            {
                _pending.Remove(request.Id);
            }
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken is { } why)
        {
            throw new LdapConnectionException(why.Failure, why.Stage, why.Message, inner: why.InnerException);
        }
    }

    private static bool IsOfTheWire(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException;

    private static LdapConnectionException Translate(Exception e, LdapStage stage) => e switch
    {
        LdapConnectionException known => known,
        LdapProtocolException => new(LdapFailure.ProtocolViolation, stage, $"The server broke the protocol: {e.Message}", inner: e),
        OperationCanceledException => new(LdapFailure.TimedOut, stage, "The server took no more bytes until the deadline.", inner: e),
        _ => new(LdapFailure.ClosedByPeer, stage, $"The connection broke: {e.Message}", inner: e),
    };
}
