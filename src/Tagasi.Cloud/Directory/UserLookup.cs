using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Directory;

/// <summary>From a user principal name to the one person it means.</summary>
internal static class UserLookup
{
    /// <summary>Stands for the part of a name that means nobody: it may be a password that was typed into the wrong field, and is not kept.</summary>
    private const string Nobody = "?@";

    /// <summary>
    /// The tenant is found by the name's domain, the user within that tenant alone. A name that means nobody, or two people, gives
    /// the tenant without a user; the queries are the same in each case, so that the time tells nothing.
    /// </summary>
    public static async Task<Found> FindUserAsync(this CloudDb db, string userPrincipalName, CancellationToken cancellation)
    {
        var key = User.NameKey(userPrincipalName);
        var suffix = SuffixOfKey(key);
        var tenantId = await db.Domains.Where(domain => domain.Name == suffix).Select(domain => (Guid?)domain.TenantId).SingleOrDefaultAsync(cancellation) ?? Tenant.Nobody;
        var users = await db.Users.AsNoTracking()
            .Where(user => user.TenantId == tenantId && user.UserPrincipalNameKey == key && user.RemovedAt == null)
            .OrderBy(user => user.Id).Take(2).ToListAsync(cancellation);
        var nameless = Nameless(tenantId, suffix);
        return new Found(tenantId, users.Count == 1 ? users[0] : null, users.Count > 0 ? users[0].UserPrincipalName : nameless, users.Count > 1);
    }

    /// <summary>What may be kept of a name that means nobody, or of which that is not looked at.</summary>
    /// <param name="suffix">The name's domain.</param>
    public static string Nameless(Guid tenantId, string suffix) => Nobody + (tenantId == Tenant.Nobody ? "?" : suffix);

    /// <summary>The domain of a name, as domains are kept.</summary>
    public static string SuffixOf(string userPrincipalName) => SuffixOfKey(User.NameKey(userPrincipalName));

    private static string SuffixOfKey(string key) => key[(key.LastIndexOf('@') + 1)..].ToLowerInvariant();
}

/// <summary>Whom a user principal name means.</summary>
/// <param name="User">Null: nobody, or several.</param>
/// <param name="Actor">What may be kept of the name: that of a user, or of several whom it means, or its domain.</param>
internal sealed record Found(Guid TenantId, User? User, string Actor, bool IsAmbiguous);
