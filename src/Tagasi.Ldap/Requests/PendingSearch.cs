using System.Threading.Channels;
using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Requests;

/// <summary>One page of a search: its answers wait here for their consumer.</summary>
internal sealed class PendingSearch(Action<BerWriter, int> encode) : PendingRequest(encode)
{
    /// <summary>
    /// Past this many bytes of entries that nobody has taken yet the connection stops reading, and TCP slows the server down. An ordinary
    /// page (1,000 users of some 2 kB) stays below, so a consumer may ask other things on the same connection between its entries.
    /// </summary>
    internal const int HighWaterBytes = 8 * 1024 * 1024;

    private readonly Channel<LdapMessage> _answers = Channel.CreateUnbounded<LdapMessage>(new() { SingleReader = true, SingleWriter = true });
    private readonly Lock _gate = new();
    private long _waitingBytes;
    private TaskCompletionSource? _drained;
    private bool _isOver;

    /// <summary>The consumer's own note.</summary>
    public bool HasEntries { get; set; }

    public override Task ReadyForMore
    {
        get
        {
            lock (_gate)
            {
                return _drained?.Task ?? Task.CompletedTask;
            }
        }
    }

    public bool TryTake(out LdapMessage? message)
    {
        if (!_answers.Reader.TryRead(out message))
        {
            return false;
        }

        Count(message is EntryMessage entry ? -entry.SizeBytes : 0);
        return true;
    }

    /// <summary>Completes when there is something to take.</summary>
    /// <exception cref="LdapConnectionException">There will be nothing more.</exception>
    public Task<bool> WaitAsync(CancellationToken cancellation) => _answers.Reader.WaitToReadAsync(cancellation).AsTask();

    /// <summary>The consumer takes nothing more, so the reader need not wait for it.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _isOver = true;
            _drained?.TrySetResult();
            _drained = null;
        }
    }

    public override bool Fits(LdapMessage message) => message is not ResultMessage { Tag: not Tag.SearchResultDone };

    public override void Accept(LdapMessage message)
    {
        Count(message is EntryMessage entry ? entry.SizeBytes : 0);
        if (message is not IntermediateMessage)
        {
            _answers.Writer.TryWrite(message);
        }
    }

    public override void Fail(LdapConnectionException failure) => _answers.Writer.TryComplete(failure);

    private void Count(int bytes)
    {
        lock (_gate)
        {
            _waitingBytes += bytes;
            if (_waitingBytes > HighWaterBytes && !_isOver)
            {
                _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else if (_waitingBytes <= HighWaterBytes / 2)
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }
    }
}
