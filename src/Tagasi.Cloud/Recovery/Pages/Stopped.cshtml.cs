using Microsoft.AspNetCore.Mvc;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>Over without a new password: why, and what can be done.</summary>
internal sealed class StoppedModel(RecoveryFlow flow, RecoveryCookie cookie) : RecoveryPage(flow, cookie)
{
    public Problem Problem => View?.Problem ?? Problems.SessionExpired;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await FindAsync(RecoveryPaths.Stopped, cancellation) ?? Page();
}
