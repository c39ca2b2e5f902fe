using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>Who are you?</summary>
[EnableRateLimiting(RecoveryLimits.Start)]
[SteadyAnswer]
internal sealed class StartModel(RecoveryFlow flow, RecoveryCookie cookie) : PageModel
{
    // userPrincipalName is at most 1,024 characters ([MS-ADA3] 2.349).
    private const int LongestName = 1024;

    [BindProperty]
    public string? Name { get; set; }

    public Problem? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var view = await flow.ViewAsync(cookie.Secret, cancellation);
        var isDone = view is null or { Step: RecoveryStep.Applied or RecoveryStep.Ended } or { Step: RecoveryStep.Unknown, IsOver: true };
        return isDone ? Page() : LocalRedirect(RecoveryPaths.Of(view!.Step));
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var name = Name?.Trim() ?? "";
        if (!IsPrincipalName(name))
        {
            Problem = Problems.NameInvalid;
            return Page();
        }

        Problem = await flow.FindClosedAsync(name, cancellation);
        if (Problem is not null)
        {
            return Page();
        }

        cookie.Set(await flow.StartAsync(name, cancellation));
        return LocalRedirect(RecoveryPaths.Code + CodeModel.JustSent);
    }

    // What exists is the directory's to know; here only the form counts.
    private static bool IsPrincipalName(string name) =>
        name.Length <= LongestName && name.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
