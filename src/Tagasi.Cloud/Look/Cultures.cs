using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Tagasi.Cloud.Look;

/// <summary>The languages that the pages speak. A language is added by its resource files and its line here.</summary>
internal static class Cultures
{
    public static readonly IReadOnlyList<CultureInfo> Supported = [CultureInfo.GetCultureInfo("en")];

    /// <summary>The browser's languages decide; nothing in an address or a cookie does.</summary>
    public static void Configure(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(Supported[0]);
        options.SupportedCultures = options.SupportedUICultures = [.. Supported];
        options.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider { Options = options }];
        options.ApplyCurrentCultureToResponseHeaders = true;
    }
}
