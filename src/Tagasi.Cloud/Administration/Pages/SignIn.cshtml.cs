using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Tagasi.Cloud.Administrators;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Administration.Pages;

/// <summary>A cloud administrator signs in; a synchronized account cannot.</summary>
[EnableRateLimiting(AdministratorSignIn.RateLimit)]
internal sealed class SignInModel(AdministratorSignIn signIn) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public Problem? Problem { get; private set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var administrator = await signIn.FindAsync(Name?.Trim() ?? "", Password ?? "", cancellation);
        Password = null;
        if (administrator is null)
        {
            Problem = Problems.AdministratorSignInFailed;
            return Page();
        }

        await HttpContext.SignInAsync(Administrator.Scheme, new Administrator(administrator.Id, administrator.TenantId, administrator.Name).ToPrincipal());
        return LocalRedirect(AdministrationSetup.PeoplePath);
    }
}
