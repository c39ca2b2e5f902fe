namespace Tagasi.ActiveDirectory.Connections;

/// <summary>
/// Connections to one domain controller, each lent to one user at a time. The last used goes out first, so that those not
/// needed fall idle and are closed.
/// </summary>
internal sealed class ConnectionPool(string server, Dialer dialer, DomainOptions options, TimeProvider time) : IAsyncDisposable
{
    // A connection that lay longer may have been cut by a firewall without a word. That is worth a round trip to find out: by reading it
    // would cost the call all its time, by writing an unknown outcome.
    private static readonly TimeSpan TrustIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _slots = new(options.MaxConnections);
    private readonly Stack<(DirectoryConnection Connection, long Since)> _idle = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>A connection that answered, or was made, within the last seconds.</summary>
    /// <exception cref="DirectoryException">None could be made.</exception>
    public async Task<Lease> LeaseAsync(Deadline deadline)
    {
        await _slots.WaitAsync(deadline.Token);
        try
        {
            return new Lease(this, await TakeAsync(deadline) ?? await dialer.ConnectAsync(server, deadline));
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

        await CloseIdleAsync();
    }

    private async Task<DirectoryConnection?> TakeAsync(Deadline deadline)
    {
        while (TakeIdle(out var connection, out var idle))
        {
            if (connection.IsUsable && idle < options.IdleLimit)
            {
                if (idle < TrustIdle || await AnswersAsync(connection, deadline))
                {
                    return connection;
                }

                // The others have lain there for longer.
                await CloseIdleAsync();
            }

            await connection.DisposeAsync();
        }

        return null;
    }

    private static async Task<bool> AnswersAsync(DirectoryConnection connection, Deadline deadline)
    {
        using var part = deadline.Within(ProbeTimeout);
        try
        {
            return await connection.ReadTimeAsync(part) is not null;
        }
        catch (Exception e) when (Failures.IsOne(e, part))
        {
            return false;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task CloseIdleAsync()
    {
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
    internal sealed class Lease(ConnectionPool pool, DirectoryConnection connection) : IAsyncDisposable
    {
        private bool _good;
        private bool _taken;

        public DirectoryConnection Connection => connection;

        public void IsGood() => _good = true;

        /// <summary>Takes the connection out of the pool for good, which may lend another in its place. Whoever takes it closes it.</summary>
        public DirectoryConnection Take()
        {
            _taken = true;
            pool._slots.Release();
            return connection;
        }

        public ValueTask DisposeAsync() => _taken ? ValueTask.CompletedTask : pool.ReturnAsync(connection, _good);
    }
}
