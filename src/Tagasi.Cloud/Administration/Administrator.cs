using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Tagasi.Cloud.Administrators;

namespace Tagasi.Cloud.Administration;

/// <summary>The cloud administrator who is signed in.</summary>
/// <param name="Password">Fingerprint of the password's hash at sign-in: whoever signed in with a former password is signed in no longer.</param>
internal sealed record Administrator(Guid Id, Guid TenantId, string Name, string Password)
{
    public const string Scheme = "Administrator";
    private const string TenantClaim = "tenant";
    private const string PasswordClaim = "password";

    public static Administrator Of(CloudAdministrator known) =>
        new(known.Id, known.TenantId, known.Name, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(known.PasswordHash)), 0, 8));

    public static Administrator Of(ClaimsPrincipal principal) => new(
        Guid.Parse(principal.FindFirstValue(ClaimTypes.NameIdentifier)!), Guid.Parse(principal.FindFirstValue(TenantClaim)!), principal.Identity!.Name!,
        principal.FindFirstValue(PasswordClaim)!);

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, Id.ToString()), new(TenantClaim, TenantId.ToString()), new(ClaimTypes.Name, Name), new(PasswordClaim, Password)], Scheme));
}
