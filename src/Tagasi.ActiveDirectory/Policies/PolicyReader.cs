using System.Collections.Concurrent;
using Tagasi.ActiveDirectory.Connections;

namespace Tagasi.ActiveDirectory.Policies;

/// <summary>Reads password settings objects, and remembers each for a minute: many accounts share one.</summary>
internal sealed class PolicyReader(TimeProvider time)
{
    // As long as an administrator who has just changed a policy may be left wondering.
    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (EffectivePolicy Policy, long Since)> _known = new(StringComparer.OrdinalIgnoreCase);

    public async Task<EffectivePolicy> ReadAsync(DirectoryConnection connection, string dn, Deadline deadline)
    {
        if (_known.TryGetValue(dn, out var known) && time.GetElapsedTime(known.Since) < RememberFor)
        {
            return known.Policy;
        }

        var pso = await connection.ReadAsync(dn, PolicyMapping.PasswordSettingsAttributes, deadline);
        var policy = PolicyMapping.FromPasswordSettings(dn, pso);
        _known[dn] = (policy, time.GetTimestamp());
        return policy;
    }
}
