using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>A page of the recovery. It is shown only when the session stands on it; else the browser is sent to where it stands.</summary>
internal abstract class RecoveryPage(RecoveryFlow flow, RecoveryCookie cookie) : PageModel
{
    protected RecoveryFlow Flow => flow;

    protected RecoveryCookie Cookie => cookie;

    /// <summary>What the page may know. Only to be read after <see cref="FindAsync"/> found nothing better to do.</summary>
    public RecoveryView View { get; private set; } = null!;

    /// <summary>Reads the session; says where to go when it belongs elsewhere, null when it belongs here.</summary>
    protected async Task<IActionResult?> FindAsync(string here, CancellationToken cancellation)
    {
        if (cookie.Secret is null)
        {
            return LocalRedirect(RecoveryPaths.Start);
        }

        var view = await flow.ViewAsync(cookie.Secret, cancellation);
        if (RecoveryPaths.Of(view?.Step) is var there && there != here)
        {
            return LocalRedirect(there);
        }

        View = view!;
        return null;
    }
}
