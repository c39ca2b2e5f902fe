using Microsoft.AspNetCore.Http.HttpResults;
using Tagasi.Protocol;

namespace Tagasi.Cloud;

/// <summary>A problem on the wire, as RFC 9457 writes it.</summary>
internal static class ProblemResult
{
    public static ProblemHttpResult Of(Problem problem, int status) => Of(problem, problem.Text, status);

    /// <param name="text">The person's text in their language.</param>
    public static ProblemHttpResult Of(Problem problem, string text, int status, IDictionary<string, object?>? more = null) => TypedResults.Problem(
        text, statusCode: status, title: problem.Code, type: problem.Type, extensions: new Dictionary<string, object?>(more ?? new Dictionary<string, object?>()) { ["code"] = problem.Code });
}
