using System.Security.Claims;

namespace Tagasi.Cloud.Administration;

/// <summary>The cloud administrator who is signed in.</summary>
internal sealed record Administrator(Guid Id, Guid TenantId, string Name)
{
    public const string Scheme = "Administrator";
    private const string TenantClaim = "tenant";

    public static Administrator Of(ClaimsPrincipal principal) => new(
        Guid.Parse(principal.FindFirstValue(ClaimTypes.NameIdentifier)!), Guid.Parse(principal.FindFirstValue(TenantClaim)!), principal.Identity!.Name!);

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, Id.ToString()), new(TenantClaim, TenantId.ToString()), new(ClaimTypes.Name, Name)], Scheme));
}
