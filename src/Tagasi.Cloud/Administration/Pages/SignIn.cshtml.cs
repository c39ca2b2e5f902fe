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
internal sealed partial class SignInModel(AdministratorSignIn signIn, AuditLog audit, ILogger<SignInModel> logger) : PageModel
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
        if (known is null || !isRight)
        {
            if (known is not null)
            {
                // Beside the answer, and what the connection brings next: no time must tell whether there is such an administrator.
                _ = NoteAsync(Event(known, false));
            }

            Problem = Problems.AdministratorSignInFailed;
            return Page();
        }

        await audit.WriteAsync(Event(known, true));
        await HttpContext.SignInAsync(Administrator.Scheme, Administrator.Of(known).ToPrincipal());
        return LocalRedirect(AdministrationSetup.PeoplePath);
    }

    private async Task NoteAsync(AuditEvent happened)
    {
        try
        {
            await Task.Yield();
            await audit.WriteAsync(happened);
        }
        catch (Exception e)
        {
            LogNotNoted(e);
        }
    }

    [LoggerMessage(7001, LogLevel.Error, "A refused sign-in of an administrator could not be written to the audit log")]
    private partial void LogNotNoted(Exception e);

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
