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

    /// <summary>What is kept of a name that is no administrator's: it may be a password that was typed into the wrong field.</summary>
    public const string Somebody = "?";

    /// <returns>
    /// Null when they are; else administrator-sign-in-failed, or administrator-required for an account that may not, whatever its password.
    /// And the name, if it is somebody's.
    /// </returns>
    public async Task<(Problem? Problem, string Name)> FindFaultAsync(Guid tenantId, string name, string password, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var administrator = await db.Administrators.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Name == name, cancellation);
        var key = User.NameKey(name);
        var isSynchronized = await db.Users.AnyAsync(user => user.TenantId == tenantId && user.UserPrincipalNameKey == key && user.RemovedAt == null, cancellation);
        var problem = (administrator, IsRight(administrator, password)) switch
        {
            (null, _) => isSynchronized ? Problems.AdministratorRequired : Problems.AdministratorSignInFailed,
            (_, false) => Problems.AdministratorSignInFailed,
            _ => administrator.TenantId == tenantId ? null : Problems.AdministratorRequired,
        };
        return (problem, administrator?.TenantId == tenantId || isSynchronized ? name : Somebody);
    }

    /// <returns>The administrator of that name, of whatever tenant, and whether the password is right.</returns>
    public async Task<(CloudAdministrator? Administrator, bool IsRight)> FindAsync(string name, string password, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var administrator = await db.Administrators.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Name == name, cancellation);
        return (administrator, IsRight(administrator, password));
    }

    private static bool IsRight(CloudAdministrator? administrator, string password) =>
        Hasher.VerifyHashedPassword(administrator ?? Nobody, (administrator ?? Nobody).PasswordHash, password) is not PasswordVerificationResult.Failed && administrator is not null;

    private static CloudAdministrator MakeNobody()
    {
        var nobody = new CloudAdministrator { Name = "", PasswordHash = "" };
        nobody.PasswordHash = Hasher.HashPassword(nobody, Guid.NewGuid().ToString());
        return nobody;
    }
}
