using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Tagasi.Cloud.Audit;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Look.Pages;

/// <summary>What went wrong outside of a page's own telling: as a page for people, as problem details for what speaks JSON.</summary>
/// <remarks>It runs in the place of the request that failed, whose forgery token may be the very thing that failed.</remarks>
[IgnoreAntiforgeryToken]
internal sealed partial class ErrorModel(ProblemTexts texts, ILogger<ErrorModel> logger) : PageModel
{
    public Problem? Problem { get; private set; }

    /// <summary>Finds the request again in the log.</summary>
    public string CorrelationId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    // Not an argument: those are not bound where the body of the request that failed cannot be read, as one that is too large.
    private int AskedStatus => int.Parse((string)RouteData.Values["status"]!, CultureInfo.InvariantCulture);

    public IActionResult OnGet() => Answer(AskedStatus);

    public IActionResult OnPost() => Answer(AskedStatus);

    private IActionResult Answer(int status)
    {
        var failed = HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath ?? HttpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path;
        status = failed is null ? StatusCodes.Status404NotFound : status;
        Response.StatusCode = status;
        Problem = ProblemOf(status);
        if (Problem == Problems.InternalError)
        {
            LogReference(CorrelationId, PlainText.Clip(failed!), HttpContext.Features.Get<IExceptionHandlerPathFeature>()?.Error.GetType().Name ?? "no exception");
        }

        return failed?.StartsWith("/api/", StringComparison.Ordinal) is true ? Details(Problem ?? Problems.InputInvalid, status) : Page();
    }

    // The exception itself is in the entry before, by ASP.NET Core.
    [LoggerMessage(1001, LogLevel.Error, "{Reference} is the reference that was shown for {Path}: {Fault}")]
    private partial void LogReference(string reference, string path, string fault);

    // A page that is not there is no problem of the catalogue.
    private Problem? ProblemOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound => null,
        StatusCodes.Status429TooManyRequests => Problems.TooManyRequests,
        >= 400 and < 500 => Request.Cookies.ContainsKey(Portal.AntiforgeryCookie) ? Problems.InputInvalid : Problems.CookiesRefused,
        _ => Problems.InternalError,
    };

    private ObjectResult Details(Problem problem, int status) => new(new ProblemDetails
    {
        Type = problem.Type,
        Title = problem.Code,
        Status = status,
        Detail = texts.Of(problem),
        Extensions = { ["code"] = problem.Code, ["correlationId"] = CorrelationId },
    })
    {
        StatusCode = status,
        ContentTypes = { "application/problem+json" },
    };
}
