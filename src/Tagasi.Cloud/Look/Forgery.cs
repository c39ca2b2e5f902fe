using Microsoft.AspNetCore.Antiforgery;

namespace Tagasi.Cloud.Look;

/// <summary>Refuses requests of script that another site made a browser send: they lack the token that our pages hold.</summary>
internal static class Forgery
{
    public static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isSafe = HttpMethods.IsGet(http.Request.Method) || await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        return isSafe ? await next(context) : TypedResults.StatusCode(StatusCodes.Status400BadRequest);
    }
}
