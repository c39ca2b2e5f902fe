using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Administrators;

/// <summary>Whether a name and a password are those of a cloud administrator of a tenant.</summary>
/// <remarks>A name that means nobody costs the same hashing as one that does.</remarks>
internal sealed class AdministratorSignIn(IDbContextFactory<CloudDb> databases)
{
    /// <summary>Limits tries by network address.</summary>
    public const string RateLimit = "administrators";

    private static readonly PasswordHasher<CloudAdministrator> Hasher = new();
    private static readonly CloudAdministrator Nobody = MakeNobody();

    /// <returns>Null when they are; else administrator-sign-in-failed, or administrator-required for an account that may not, whatever its password.</returns>
    public async Task<Problem?> FindFaultAsync(Guid tenantId, string name, string password, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var administrator = await db.Administrators.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Name == name, cancellation);
        var key = User.NameKey(name);
        var isSynchronized = await db.Users.AnyAsync(user => user.TenantId == tenantId && user.UserPrincipalNameKey == key && user.RemovedAt == null, cancellation);
        var isRight = Hasher.VerifyHashedPassword(administrator ?? Nobody, (administrator ?? Nobody).PasswordHash, password) is not PasswordVerificationResult.Failed;
        return (administrator, isRight) switch
        {
            (null, _) => isSynchronized ? Problems.AdministratorRequired : Problems.AdministratorSignInFailed,
            (_, false) => Problems.AdministratorSignInFailed,
            _ => administrator.TenantId == tenantId ? null : Problems.AdministratorRequired,
        };
    }

    /// <returns>The administrator of whatever tenant, or null when name and password are nobody's.</returns>
    public async Task<CloudAdministrator?> FindAsync(string name, string password, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var administrator = await db.Administrators.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Name == name, cancellation);
        return Hasher.VerifyHashedPassword(administrator ?? Nobody, (administrator ?? Nobody).PasswordHash, password) is PasswordVerificationResult.Failed ? null : administrator;
    }

    private static CloudAdministrator MakeNobody()
    {
        var nobody = new CloudAdministrator { Name = "", PasswordHash = "" };
        nobody.PasswordHash = Hasher.HashPassword(nobody, Guid.NewGuid().ToString());
        return nobody;
    }
}
