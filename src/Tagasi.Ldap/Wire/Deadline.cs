using System.Runtime.InteropServices;

namespace Tagasi.Ldap.Wire;

/// <summary>A point in time by which something ends, whatever the other side does.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Deadline(TimeProvider time, TimeSpan timeout)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Remaining
    {
        get
        {
            var left = timeout - time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A source that is cancelled at the deadline.</summary>
    public CancellationTokenSource Source() => new(Remaining, time);

    /// <summary>Waits for what cannot be relied on to end by itself. It may run on after the deadline, unobserved.</summary>
    /// <exception cref="TimeoutException">The deadline came first.</exception>
    public Task<T> Limit<T>(Task<T> task, CancellationToken cancellation = default) => task.WaitAsync(Remaining, time, cancellation);
}
