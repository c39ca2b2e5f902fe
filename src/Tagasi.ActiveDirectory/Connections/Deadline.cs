namespace Tagasi.ActiveDirectory.Connections;

/// <summary>One end for a call made of several steps: each step may take what is left.</summary>
internal sealed class Deadline : IDisposable
{
    // A step begun too late still gets a moment, and ends with a timeout rather than with an argument error.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly long _start;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _own;
    private readonly CancellationTokenSource _both;

    public Deadline(TimeProvider time, TimeSpan timeout, CancellationToken caller)
    {
        _time = time;
        _timeout = timeout;
        _start = time.GetTimestamp();
        _caller = caller;
        _own = new CancellationTokenSource(timeout, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_own.Token, caller);
    }

    /// <summary>What is left, a moment at the least.</summary>
    public TimeSpan Left => _timeout - _time.GetElapsedTime(_start) is var left && left > Least ? left : Least;

    public bool HasPassed => _time.GetElapsedTime(_start) >= _timeout;

    /// <summary>The caller's wish to stop, without the clock.</summary>
    public CancellationToken Caller => _caller;

    /// <summary>Cancelled by the caller or by the clock; <see cref="EndedByClock"/> tells which.</summary>
    public CancellationToken Token => _both.Token;

    public bool EndedByClock => _own.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>A part of this call that has an end of its own, if that comes first.</summary>
    public Deadline Within(TimeSpan part) => new(_time, part < Left ? part : Left, _caller);

    /// <summary>What is left, for what the caller can no longer call off.</summary>
    public Deadline BeyondCaller() => new(_time, Left, CancellationToken.None);

    public void Dispose()
    {
        _both.Dispose();
        _own.Dispose();
    }
}
