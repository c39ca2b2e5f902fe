namespace Tagasi.Cloud.Recovery;

/// <summary>The session's secret in the browser: the only thing that it holds.</summary>
/// <remarks>No expiry, so that it ends with the browser; the service ends the session itself long before.</remarks>
internal sealed class RecoveryCookie(IHttpContextAccessor context)
{
    public const string Name = "__Host-tagasi-recovery";

    private static readonly CookieOptions Options = new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true };

    /// <summary>The secret, or null when the browser brought none.</summary>
    public string? Secret => context.HttpContext!.Request.Cookies[Name];

    public void Set(string secret) => context.HttpContext!.Response.Cookies.Append(Name, secret, Options);

    public void Delete() => context.HttpContext!.Response.Cookies.Delete(Name, Options);
}
