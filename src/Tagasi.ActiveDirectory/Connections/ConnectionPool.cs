namespace Tagasi.ActiveDirectory.Connections;

/// <summary>
/// Connections to one domain controller, each lent to one user at a time. The last used goes out first, so that those not
/// needed fall idle and are closed.
/// </summary>
internal sealed class ConnectionPool(string server, Dialer dialer, DomainOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(options.MaxConnections);
    private readonly Stack<(DirectoryConnection Connection, long Since)> _idle = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>A connection that is not known to be broken.</summary>
    /// <exception cref="DirectoryException">None could be made.</exception>
    public async Task<Lease> LeaseAsync(Deadline deadline)
    {
        await _slots.WaitAsync(deadline.Token);
        try
        {
            while (TakeIdle(out var connection, out var idle))
            {
                if (connection.IsUsable && idle < options.IdleLimit)
                {
                    return new Lease(this, connection, idle);
                }

                await connection.DisposeAsync();
            }

            return new Lease(this, await dialer.ConnectAsync(server, deadline), TimeSpan.Zero);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        while (TakeIdle(out var connection, out _))
        {
            await connection.DisposeAsync();
        }
    }

    private bool TakeIdle(out DirectoryConnection connection, out TimeSpan idle)
    {
        lock (_gate)
        {
            var taken = _idle.TryPop(out var top);
            (connection, idle) = (top.Connection, taken ? time.GetElapsedTime(top.Since) : TimeSpan.Zero);
            return taken;
        }
    }

    private async ValueTask ReturnAsync(DirectoryConnection connection, bool keep)
    {
        lock (_gate)
        {
            keep &= !_disposed && connection.IsUsable;
            if (keep)
            {
                _idle.Push((connection, time.GetTimestamp()));
            }
        }

        _slots.Release();
        if (!keep)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>A connection on loan. Unless it is said to be good at the end, it does not come back.</summary>
    internal sealed class Lease(ConnectionPool pool, DirectoryConnection connection, TimeSpan idle) : IAsyncDisposable
    {
        private bool _good;

        public DirectoryConnection Connection => connection;

        /// <summary>How long it had lain unused; zero for a new one.</summary>
        public TimeSpan Idle => idle;

        public void IsGood() => _good = true;

        public ValueTask DisposeAsync() => pool.ReturnAsync(connection, _good);
    }
}
