using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Administration.Pages;

/// <summary>The people of the administrator's tenant, by a part of their name.</summary>
internal sealed class PeopleModel(IDbContextFactory<CloudDb> databases) : PageModel
{
    /// <summary>More than this nobody reads; a longer part of the name finds fewer.</summary>
    public const int Most = 25;

    public string Find { get; private set; } = "";

    public IReadOnlyList<User> People { get; private set; } = [];

    public async Task OnGetAsync(string? find, CancellationToken cancellation)
    {
        Find = find?.Trim() ?? "";
        if (Find.Length == 0)
        {
            return;
        }

        var tenantId = Administrator.Of(User).TenantId;
        // LIKE without a wildcard of the searcher's own.
        var pattern = "%" + Find.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
        await using var db = await databases.CreateDbContextAsync(cancellation);
        People = await db.Users.AsNoTracking()
            .Where(user => user.TenantId == tenantId && user.RemovedAt == null && (EF.Functions.Like(user.UserPrincipalName, pattern, "\\") || EF.Functions.Like(user.DisplayName, pattern, "\\")))
            .OrderBy(user => user.UserPrincipalName).Take(Most).ToListAsync(cancellation);
    }

    public async Task<IActionResult> OnPostOutAsync()
    {
        await HttpContext.SignOutAsync(Administrator.Scheme);
        return LocalRedirect(AdministrationSetup.SignInPath);
    }
}
