using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Directory;

/// <summary>From a user principal name to the one person it means.</summary>
internal static class UserLookup
{
    /// <summary>
    /// The tenant is found by the name's domain, the user within that tenant alone. A name that means nobody, or two people, gives
    /// the tenant without a user; the queries are the same in each case, so that the time tells nothing.
    /// </summary>
    public static async Task<(Guid TenantId, User? User)> FindUserAsync(this CloudDb db, string userPrincipalName, CancellationToken cancellation)
    {
        var key = User.NameKey(userPrincipalName);
        var suffix = key[(key.LastIndexOf('@') + 1)..].ToLowerInvariant();
        var tenantId = await db.Domains.Where(domain => domain.Name == suffix).Select(domain => (Guid?)domain.TenantId).SingleOrDefaultAsync(cancellation) ?? Tenant.Nobody;
        var users = await db.Users.AsNoTracking()
            .Where(user => user.TenantId == tenantId && user.UserPrincipalNameKey == key && user.RemovedAt == null)
            .OrderBy(user => user.Id).Take(2).ToListAsync(cancellation);
        return (tenantId, users.Count == 1 ? users[0] : null);
    }
}
