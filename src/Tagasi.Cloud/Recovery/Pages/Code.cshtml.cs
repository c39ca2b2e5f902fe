using Microsoft.AspNetCore.Mvc;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery.Pages;

/// <summary>The code that was sent.</summary>
[SteadyAnswer]
internal sealed class CodeModel(RecoveryFlow flow, RecoveryCookie cookie) : RecoveryPage(flow, cookie)
{
    /// <summary>Tells a browser that was just given the cookie, and refused it, from one that never had it.</summary>
    public const string JustSent = "?sent";

    private const int Digits = 8;

    [BindProperty]
    public string? Code { get; set; }

    public Problem? Problem { get; private set; }

    /// <summary>Whether it was not even a code: that costs no try.</summary>
    public bool IsMistyped { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (Cookie.Secret is null && Request.QueryString.Value == JustSent)
        {
            return LocalRedirect("/cookies-refused");
        }

        return await FindAsync(RecoveryPaths.Code, cancellation) ?? Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await FindAsync(RecoveryPaths.Code, cancellation) is { } elsewhere)
        {
            return elsewhere;
        }

        // Mail programs and phones put spaces and dashes between the digits.
        var code = string.Concat((Code ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-'));
        if (code.Length != Digits || !code.All(char.IsAsciiDigit))
        {
            IsMistyped = true;
            return Page();
        }

        Problem = await Flow.ProveAsync(Cookie.Secret, code, cancellation);
        return Problem == Problems.CodeWrong ? Page() : LocalRedirect(Problem is null ? RecoveryPaths.Password : RecoveryPaths.Stopped);
    }
}
