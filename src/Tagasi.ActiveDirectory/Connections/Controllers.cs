using System.Collections.Concurrent;

namespace Tagasi.ActiveDirectory.Connections;

/// <summary>The pools, one for each domain controller that was ever needed.</summary>
internal sealed class Controllers(Dialer dialer, DomainOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConnectionPool> _pools = new(StringComparer.OrdinalIgnoreCase);

    public Task<ConnectionPool.Lease> LeaseAsync(string server, Deadline deadline) =>
        _pools.GetOrAdd(server, name => new ConnectionPool(name, dialer, options, time)).LeaseAsync(deadline);

    /// <summary>A connection outside the pools, for long readings and for measurements.</summary>
    public Task<DirectoryConnection> ConnectAsync(string server, Deadline deadline) => dialer.ConnectAsync(server, deadline);

    /// <summary>A connection outside the pools, over TLS, on which nobody has signed in yet.</summary>
    public Task<Ldap.LdapConnection> ConnectUnboundAsync(string server, Deadline deadline) => dialer.ConnectUnboundAsync(server, deadline);

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await pool.DisposeAsync();
        }
    }
}
