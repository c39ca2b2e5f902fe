using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Tagasi.Cloud.Directory;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Administration.Pages;

/// <summary>A person's new password: made in the administrator's browser, sealed there, and to be changed at the next logon.</summary>
internal sealed class ResetModel(AdministratorReset resets) : PageModel
{
    // Where the policy cannot be read: more than the 14 that a domain's own can ask for. A PSO can ask for more, and problem.password-too-short then says what to do.
    private const int ShortestLength = 16;

    // With its hyphens Active Directory takes no longer one.
    private const int LongestLength = 204;

    public User Person { get; private set; } = null!;

    public Problem? Problem { get; private set; }

    /// <summary>From when on it would be allowed, where that is what stands in the way.</summary>
    public DateTimeOffset? EarliestChange { get; private set; }

    /// <summary>How long the password is made.</summary>
    public int Length { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await resets.FindAsync(Administrator.Of(User), id, cancellation) is not { } person)
        {
            return NotFound();
        }

        Person = person;
        (Problem, EarliestChange, var policy) = await resets.PreflightAsync(person, cancellation);
        Length = Math.Clamp(policy?.MinimumLength ?? 0, ShortestLength, LongestLength);
        return Page();
    }
}
