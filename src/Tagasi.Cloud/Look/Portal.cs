using Tagasi.Cloud.Recovery;

namespace Tagasi.Cloud.Look;

/// <summary>The pages: their frame, their languages, their guard against forged requests.</summary>
internal static class Portal
{
    /// <summary>The cookie that a forged request lacks. A browser that does not send it back refuses cookies.</summary>
    public const string AntiforgeryCookie = "__Host-tagasi-antiforgery";

    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Cultures.Configure);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = AntiforgeryCookie;
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.Path = "/";
            options.FormFieldName = "antiforgery";
        });
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/";
            options.Conventions.AuthorizeFolder("/Look/Pages", Policies.Anyone);
            options.Conventions.AuthorizeFolder("/Recovery/Pages", Policies.Anyone);
            options.Conventions.AuthorizePage("/Administration/Pages/SignIn", Policies.Anyone);
            options.Conventions.AuthorizePage("/Administration/Pages/People", Policies.Administrator);
            options.Conventions.AuthorizePage("/Administration/Pages/Reset", Policies.Administrator);
        });
        services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
        services.AddHttpContextAccessor();
        services.AddSingleton<Assets>();
        services.AddScoped<ProblemTexts>();
        services.AddScoped<RecoveryCookie>();
        return services;
    }

    /// <summary>Goes before routing: headers, languages, and pages for what went wrong.</summary>
    public static IApplicationBuilder UsePortal(this IApplicationBuilder app) => app
        .UseSecurityHeaders()
        .UseHsts()
        .UseRequestLocalization()
        .UseExceptionHandler("/error/500")
        .UseStatusCodePagesWithReExecute("/error/{0}");

    public static void MapPortal(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Assets.Folder + "{file}", (string file, Assets assets, HttpContext context) => assets.Get(file, context)).RequireAuthorization(Policies.Anyone);
        endpoints.MapGet("/favicon.ico", (Assets assets) => TypedResults.Redirect(assets["logo.svg"].Path)).RequireAuthorization(Policies.Anyone);
        endpoints.MapRazorPages();
        // Else an address that is nothing would be a closed door, not a page that is not there.
        endpoints.MapFallback("{*path}", () => TypedResults.NotFound()).RequireAuthorization(Policies.Anyone);
        endpoints.MapRecovery();
    }
}
