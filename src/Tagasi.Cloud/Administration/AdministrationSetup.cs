using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Administration;

/// <summary>Where cloud administrators sign in and reset a person's password. Off unless the settings turn it on.</summary>
internal static class AdministrationSetup
{
    public const string SignInPath = "/admin/sign-in";
    public const string PeoplePath = "/admin";

    // A person at the helpdesk's desk; long enough for a call, short enough for a screen that was left alone.
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromMinutes(30);

    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie(Administrator.Scheme, options =>
        {
            options.Cookie.Name = "__Host-tagasi-administrator";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.Path = "/";
            options.ExpireTimeSpan = SessionLifetime;
            options.SlidingExpiration = false;
            options.LoginPath = options.AccessDeniedPath = SignInPath;
            options.Events.OnValidatePrincipal = StillThereAsync;
            options.Events.OnRedirectToLogin = options.Events.OnRedirectToAccessDenied = context => LeadAsync(context);
        });
        return services.AddSingleton<AdministratorReset>().AddScoped<AdministratorProblems>();
    }

    /// <summary>Without the setting there is no such page, and none that only an administrator sees.</summary>
    public static IApplicationBuilder UseAdministration(this IApplicationBuilder app, CloudSettings settings) => settings.Administration.Enabled
        ? app
        : app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) || context.Request.Path.StartsWithSegments("/api/admin", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            return next(context);
        });

    // Script gets a status that it can read; a person gets the page to sign in on.
    private static Task LeadAsync(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            context.Response.Redirect(SignInPath);
        }

        return Task.CompletedTask;
    }

    // A cookie outlives nobody.
    private static async Task StillThereAsync(CookieValidatePrincipalContext context)
    {
        var administrator = Administrator.Of(context.Principal!);
        await using var db = await context.HttpContext.RequestServices.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(context.HttpContext.RequestAborted);
        if (await db.Administrators.AsNoTracking().SingleOrDefaultAsync(known => known.Id == administrator.Id, context.HttpContext.RequestAborted) is not { } known || Administrator.Of(known) != administrator)
        {
            context.RejectPrincipal();
        }
    }
}
