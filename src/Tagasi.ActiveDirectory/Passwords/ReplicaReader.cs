using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Looks at one account at all domain controllers at once.</summary>
internal sealed class ReplicaReader(NameResolver names, Controllers controllers)
{
    public async Task<IReadOnlyList<ReplicaState>> ReadAsync(Guid objectGuid, string? site, Deadline deadline)
    {
        IReadOnlyList<string> servers;
        try
        {
            servers = site is null ? await names.ControllersAsync(deadline.Token) : await names.ControllersOfAsync(site, deadline.Token);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            throw new DirectoryException(Failures.Of(e, null, deadline), e);
        }

        var states = await Task.WhenAll(servers.Select(server => ReadAtAsync(server, objectGuid, deadline)));
        return [.. states.OfType<ReplicaState>()];
    }

    /// <summary>Null for a read-only domain controller, which DNS lists in its site.</summary>
    private async Task<ReplicaState?> ReadAtAsync(string server, Guid objectGuid, Deadline deadline)
    {
        try
        {
            await using var lease = await controllers.LeaseAsync(server, deadline);
            if (lease.Connection.Root.IsReadOnly)
            {
                lease.IsGood();
                return null;
            }

            var proof = await ProofReader.ReadWithTimeAsync(lease.Connection, objectGuid, deadline);
            lease.IsGood();
            return proof is null ? new ReplicaState.Missing(server) : new ReplicaState.Shown(server, proof);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return new ReplicaState.Unavailable(server, Failures.Of(e, server, deadline));
        }
    }
}
