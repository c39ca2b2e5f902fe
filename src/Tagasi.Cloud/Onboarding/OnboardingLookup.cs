using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Onboarding;

/// <summary>How a tenant's writeback stands.</summary>
internal sealed record TenantState(string Name, bool IsEnabled, long Epoch, bool WritesPasswords, bool AllowsUnlock)
{
    /// <summary>Whether anything may be written back now.</summary>
    public bool IsOpen => IsEnabled && WritesPasswords;

    /// <summary>What agents are told of it: the toggles are no business of theirs.</summary>
    public OnboardingState ForAgents => new(IsEnabled, Epoch);
}

/// <summary>Reads how a tenant's writeback stands, from the database each time: another process may have changed it.</summary>
internal static class OnboardingLookup
{
    public static Task<TenantState> ReadOnboardingAsync(this CloudDb db, Guid tenantId, CancellationToken cancellation) => db.Tenants
        .Where(tenant => tenant.Id == tenantId)
        .Select(tenant => new TenantState(tenant.Name, tenant.IsWritebackEnabled, tenant.Epoch, tenant.WritesPasswords, tenant.AllowsUnlock))
        .SingleAsync(cancellation);

    /// <summary>What the agents of these tenants are to be told.</summary>
    public static Task<Dictionary<Guid, OnboardingState>> ReadOnboardingAsync(this CloudDb db, IReadOnlyList<Guid> tenantIds, CancellationToken cancellation) => db.Tenants
        .Where(tenant => tenantIds.Contains(tenant.Id))
        .ToDictionaryAsync(tenant => tenant.Id, tenant => new OnboardingState(tenant.IsWritebackEnabled, tenant.Epoch), cancellation);

    /// <summary>The tenant of a name's domain, if nothing is written back there. Whether the name means anybody is not looked at, so that nothing can show it.</summary>
    /// <returns>Null where writeback is open, and for a domain of no tenant, whose names are treated like any other.</returns>
    public static Task<Guid?> FindClosedTenantAsync(this CloudDb db, string userPrincipalName, CancellationToken cancellation)
    {
        var suffix = UserLookup.SuffixOf(userPrincipalName);
        return db.Tenants
            .Where(tenant => tenant.Domains.Any(domain => domain.Name == suffix) && !(tenant.IsWritebackEnabled && tenant.WritesPasswords))
            .Select(tenant => (Guid?)tenant.Id).SingleOrDefaultAsync(cancellation);
    }
}
