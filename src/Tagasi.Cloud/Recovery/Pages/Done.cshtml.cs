using Microsoft.AspNetCore.Mvc;
using Tagasi.Cloud.Settings;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>The new password is set, and what follows from that.</summary>
internal sealed class DoneModel(RecoveryFlow flow, RecoveryCookie cookie, PortalSettings settings) : RecoveryPage(flow, cookie)
{
    public Uri? SignInAddress => settings.SignInAddress;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await FindAsync(RecoveryPaths.Done, cancellation) ?? Page();
}
