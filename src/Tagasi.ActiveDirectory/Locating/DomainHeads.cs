using System.Collections.Concurrent;
using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Policies;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Locating;

/// <summary>What the domain head says at one domain controller, together with that one's clock.</summary>
/// <param name="IsPdcEmulator">It names the very domain controller that was asked as the owner of the PDC emulator's role.</param>
/// <param name="Policy">The domain's own password policy.</param>
/// <param name="ServerTime">The domain controller's clock now.</param>
internal sealed record DomainHead(bool IsPdcEmulator, PasswordPolicy Policy, DateTimeOffset ServerTime);

/// <summary>Reads the domain head, and remembers it for a moment.</summary>
internal sealed class DomainHeads(TimeProvider time)
{
    // Two questions less for each account while many are read; so long may a moved role or a changed policy go unnoticed.
    private static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(10);

    private static readonly string[] Attributes = [PdcLocator.RoleOwner, .. PolicyMapping.DomainAttributes];

    private readonly ConcurrentDictionary<string, (DomainHead Head, long At)> _known = new(StringComparer.OrdinalIgnoreCase);

    public async Task<DomainHead> ReadAsync(DirectoryConnection connection, Deadline deadline)
    {
        if (_known.TryGetValue(connection.Server, out var known) && time.GetElapsedTime(known.At) is var age && age < RememberFor)
        {
            return known.Head with { ServerTime = known.Head.ServerTime + age };
        }

        var timeRead = connection.ReadTimeAsync(deadline);
        var headRead = connection.ReadAsync(connection.Root.DomainDn, Attributes, deadline);
        await Task.WhenAll(timeRead, headRead);
        var head = await headRead ?? throw NotSaid(connection, "no domain head");
        var owner = head.Plain(PdcLocator.RoleOwner) ?? throw NotSaid(connection, "no fSMORoleOwner of the domain head");
        var fresh = new DomainHead(
            string.Equals(owner, connection.Root.ServiceDn, StringComparison.OrdinalIgnoreCase),
            PolicyMapping.FromDomain(head),
            await timeRead ?? throw NotSaid(connection, "no time"));
        _known[connection.Server] = (fresh, time.GetTimestamp());
        return fresh;
    }

    public void Forget(string server) => _known.TryRemove(server, out _);

    private static DirectoryException NotSaid(DirectoryConnection connection, string what) =>
        new(new DirectoryFailure(FailureCause.Refused, $"{connection.Server} shows {what}.", connection.Server));
}
