using Microsoft.AspNetCore.Mvc.Filters;

namespace Tagasi.Cloud.Recovery;

/// <summary>What is posted to the page is answered 100 ms after it came, or 200, or 300: however long the work took, its length does not show.</summary>
/// <remarks>
/// The same queries still take some microseconds longer when they find somebody. The moment of the answer is counted in the ticks of
/// the clock that the timers go by, from the one at which the request came, so that no remainder of the work's length is in it.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SteadyAnswerAttribute : Attribute, IAsyncPageFilter
{
    private const long Period = 100;

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var began = Environment.TickCount64;
        await next();
        if (HttpMethods.IsPost(context.HttpContext.Request.Method))
        {
            var past = Environment.TickCount64 - began;
            await Task.Delay(TimeSpan.FromMilliseconds(Period - (past % Period)), context.HttpContext.RequestAborted);
        }
    }
}
