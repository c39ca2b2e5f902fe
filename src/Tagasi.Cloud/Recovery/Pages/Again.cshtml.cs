using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>Lets go of the session and starts again. A POST, so that no link can make anybody lose theirs.</summary>
internal sealed class AgainModel(RecoveryCookie cookie) : PageModel
{
    public IActionResult OnGet() => LocalRedirect(RecoveryPaths.Start);

    public IActionResult OnPost()
    {
        cookie.Delete();
        return LocalRedirect(RecoveryPaths.Start);
    }
}
