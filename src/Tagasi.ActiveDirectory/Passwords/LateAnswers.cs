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
    // No ticket lives longer.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

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
        await Task.WhenAny(answer, Task.Delay(patience < TimeSpan.Zero ? TimeSpan.Zero : patience < Longest ? patience : Longest, time));
        try
        {
            // The connection first: what a look shows afterwards is final.
            await connection.DisposeAsync();
        }
        finally
        {
            _waiting.TryRemove(connection, out _);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
