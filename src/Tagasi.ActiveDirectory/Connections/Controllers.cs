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

    /// <summary>Signs in as a person, on a connection of its own that is closed again. Returns the server's answer, whatever it is.</summary>
    public Task<Ldap.LdapResult> SignInAsync(string server, string name, ReadOnlyMemory<byte> passwordUtf8, Deadline deadline) =>
        dialer.SignInAsync(server, name, passwordUtf8, deadline);

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await pool.DisposeAsync();
        }
    }
}
