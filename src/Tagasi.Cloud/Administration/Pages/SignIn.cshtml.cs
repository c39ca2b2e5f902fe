using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Administration.Pages;

/// <summary>A cloud administrator signs in; a synchronized account cannot.</summary>
[EnableRateLimiting(AdministratorSignIn.RateLimit)]
internal sealed class SignInModel(AdministratorSignIn signIn, AuditLog audit) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public Problem? Problem { get; private set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var (known, isRight) = await signIn.FindAsync(Name?.Trim() ?? "", Password ?? "", cancellation);
        Password = null;
        if (known is not null)
        {
            // After the answer, whose time must not tell whether there is such an administrator.
            HttpContext.Response.OnCompleted(() => audit.WriteAsync(Event(known, isRight)));
        }

        if (known is null || !isRight)
        {
            Problem = Problems.AdministratorSignInFailed;
            return Page();
        }

        await HttpContext.SignInAsync(Administrator.Scheme, Administrator.Of(known).ToPrincipal());
        return LocalRedirect(AdministrationSetup.PeoplePath);
    }

    private AuditEvent Event(CloudAdministrator administrator, bool isRight) => new()
    {
        TenantId = administrator.TenantId,
        Activity = Activities.AdministratorSignedIn,
        IsSuccess = isRight,
        Actor = administrator.Name,
        Problem = isRight ? null : Problems.AdministratorSignInFailed.Code,
        Detail = $"from {HttpContext.Connection.RemoteIpAddress}",
    };
}
