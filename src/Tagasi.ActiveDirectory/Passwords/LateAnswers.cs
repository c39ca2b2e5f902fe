using System.Collections.Concurrent;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>
/// Writes that were sent and not answered in their time. While a domain controller has one in hand (a password filter that asks elsewhere, a
/// database behind a long writer) it may well answer looks, which then prove nothing: so its answer is waited for on its own connection.
/// </summary>
/// <remarks>The wait ends with the ticket's time: closing the connection then takes back what has not reached the domain controller's software.</remarks>
internal sealed class LateAnswers(TimeProvider time) : IAsyncDisposable
{
    // By connection: each had one write on it.
    private readonly ConcurrentDictionary<DirectoryConnection, Guid> _waiting = new();

    /// <summary>Takes a write over.</summary>
    /// <param name="answer">The wait for its answer.</param>
    /// <param name="connection">Its connection, which is closed at the end.</param>
    public void WaitFor(Task<LdapResult> answer, DirectoryConnection connection, Guid account, DateTimeOffset notAfter)
    {
        _waiting[connection] = account;
        _ = WaitAsync(answer, connection, notAfter - time.GetUtcNow());
    }

    /// <summary>Whether the domain controller may still be working at a write to this account.</summary>
    public bool IsAwaited(string server, Guid account) => _waiting.Any(one => one.Value == account && one.Key.Server.Equals(server, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _waiting.Keys)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task WaitAsync(Task<LdapResult> answer, DirectoryConnection connection, TimeSpan patience)
    {
        try
        {
            await answer.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        }
        catch (Exception e) when (e is TimeoutException or LdapException)
        {
            // Looks tell from here on.
        }

        // The connection first: what a look shows afterwards is final.
        await connection.DisposeAsync();
        _waiting.TryRemove(connection, out _);
    }
}
