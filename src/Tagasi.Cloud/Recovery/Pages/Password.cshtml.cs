using Microsoft.AspNetCore.Mvc;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>The new password: chosen, sealed and sent by script alone. The form has neither names nor an address, so that nothing can post it in clear.</summary>
internal sealed class PasswordModel(RecoveryFlow flow, RecoveryCookie cookie) : RecoveryPage(flow, cookie)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await FindAsync(RecoveryPaths.Password, cancellation) ?? Page();
}
