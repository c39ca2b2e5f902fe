using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Tagasi.Cloud.Look;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Recovery;

/// <summary>What the page with the new password asks for: the rules, a ticket, the outcome. The password comes sealed or not at all.</summary>
/// <remarks>Each reply names the page on which the session now stands, so that the browser has no flow of its own.</remarks>
internal static class RecoveryEndpoints
{
    // An envelope for forty agents with the longest ticket takes under 16 KiB.
    private const int MaxSubmissionBytes = 32 * 1024;

    public static void MapRecovery(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/recovery").RequireAuthorization(Policies.Anyone).WithMetadata(new RequestSizeLimitAttribute(MaxSubmissionBytes)).AddEndpointFilter(Forgery.RefuseAsync);
        group.MapGet("/preflight", PreflightAsync).RequireRateLimiting(RecoveryLimits.Session);
        group.MapPost("/ticket", IssueTicketAsync).RequireRateLimiting(RecoveryLimits.Session);
        group.MapPost("/envelope", SubmitAsync).RequireRateLimiting(RecoveryLimits.Submission);
        group.MapGet("/outcome", GetOutcomeAsync);
    }

    private static async Task<IResult> PreflightAsync(RecoveryFlow flow, NewPassword passwords, RecoveryCookie cookie, ProblemTexts texts, CancellationToken cancellation)
    {
        var view = await passwords.PreflightAsync(cookie.Secret, cancellation);
        var step = (await flow.ViewAsync(cookie.Secret, cancellation))?.Step;
        return view.Problem is { } problem
            ? Refuse(problem, texts, step, view.EarliestChange, view.CanUnlock)
            : TypedResults.Json(
                new RulesReply(PolicyView.Of(view.Policy), view.EarliestChange, view.NameParts, RecoveryPaths.Of(step), view.IsLockedOut, view.CanUnlock, view.CanChange, view.MustChange),
                RecoveryJson.Default.RulesReply);
    }

    private static async Task<IResult> IssueTicketAsync(HttpRequest request, RecoveryFlow flow, NewPassword passwords, RecoveryCookie cookie, ProblemTexts texts, CancellationToken cancellation)
    {
        if (await ReadAsync(request, RecoveryJson.Default.TicketRequest, cancellation) is not { Operation: (Operation.Reset or Operation.Change or Operation.ForcedChange or Operation.Unlock) and var operation })
        {
            return Problem(Problems.InputInvalid, texts, new Dictionary<string, object?>(StringComparer.Ordinal));
        }

        var view = await passwords.IssueTicketAsync(cookie.Secret, operation, cancellation);
        if (view.Problem is not { } problem)
        {
            return TypedResults.Json(new TicketReply(view.Ticket!, view.Recipients), RecoveryJson.Default.TicketReply);
        }

        return Refuse(problem, texts, (await flow.ViewAsync(cookie.Secret, cancellation))?.Step, null);
    }

    private static async Task<IResult> SubmitAsync(HttpRequest request, NewPassword passwords, RecoveryCookie cookie, ProblemTexts texts, CancellationToken cancellation) =>
        await ReadAsync(request, RecoveryJson.Default.Submission, cancellation) is { Envelope: null or { IsWellFormed: true } } submission
            ? Tell(await passwords.SubmitAsync(cookie.Secret, submission.Ticket, submission.Envelope, cancellation), texts)
            : Problem(Problems.InputInvalid, texts, new Dictionary<string, object?>(StringComparer.Ordinal));

    private static async Task<IResult> GetOutcomeAsync(NewPassword passwords, RecoveryCookie cookie, ProblemTexts texts, CancellationToken cancellation) =>
        Tell(await passwords.OutcomeAsync(cookie.Secret, cancellation), texts);

    // A refusal is a problem; a wait and a success are none, though a success can have something to be said of it.
    private static IResult Tell(OutcomeView view, ProblemTexts texts) =>
        view is { Step: RecoveryStep.Proven or RecoveryStep.Ended, Problem: { } problem }
            ? Refuse(problem, texts, view.Step, view.EarliestChange)
            : TypedResults.Json(
                new OutcomeReply(NameOf(view.Step), RecoveryPaths.Of(view.Step), view.Problem is null ? null : texts.Of(view.Problem)),
                RecoveryJson.Default.OutcomeReply,
                statusCode: view.Step is RecoveryStep.Running or RecoveryStep.Unknown ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);

    private static ProblemHttpResult Refuse(Problem problem, ProblemTexts texts, RecoveryStep? step, DateTimeOffset? earliestChange, bool canUnlock = false)
    {
        var more = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["step"] = NameOf(step ?? RecoveryStep.Ended),
            ["page"] = RecoveryPaths.Of(step),
        };
        if (earliestChange is not null)
        {
            more["earliestChange"] = earliestChange;
        }

        if (canUnlock)
        {
            more["canUnlock"] = true;
        }

        return Problem(problem, texts, more);
    }

    private static ProblemHttpResult Problem(Problem problem, ProblemTexts texts, Dictionary<string, object?> more)
    {
        return ProblemResult.Of(problem, texts.Of(problem), StatusOf(problem), more);
    }

    private static string NameOf(RecoveryStep step) => JsonNamingPolicy.CamelCase.ConvertName(step.ToString());

    private static int StatusOf(Problem problem) =>
        problem == Problems.InputInvalid || problem == Problems.CookiesRefused ? StatusCodes.Status400BadRequest
        : problem == Problems.SessionExpired ? StatusCodes.Status410Gone
        : problem == Problems.AgentOffline || problem == Problems.DirectoryUnavailable ? StatusCodes.Status503ServiceUnavailable
        : problem == Problems.AgentTimeout ? StatusCodes.Status504GatewayTimeout
        : problem == Problems.InternalError ? StatusCodes.Status500InternalServerError
        : StatusCodes.Status422UnprocessableEntity;

    private static async Task<T?> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await request.ReadFromJsonAsync(type, cancellation);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return null;
        }
    }
}

internal sealed record RulesReply(
    PolicyView? Policy, DateTimeOffset? EarliestChange, IReadOnlyList<string> NameParts, string Page, bool IsLockedOut, bool CanUnlock, bool CanChange, bool MustChange);

internal sealed record PolicyView(int MinimumLength, bool RequiresComplexity, int HistoryLength, long MinimumAgeSeconds)
{
    public static PolicyView? Of(PolicyRules? rules) =>
        rules is null ? null : new(rules.MinimumLength, rules.RequiresComplexity, rules.HistoryLength, (long)rules.MinimumAge.TotalSeconds);
}

internal sealed record TicketRequest(Operation Operation);

internal sealed record TicketReply(string Ticket, IReadOnlyList<SealingKey> Recipients);

internal sealed record OutcomeReply(string Step, string Page, string? Detail);

internal sealed record Submission(string Ticket, Envelope? Envelope);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8)]
[JsonSerializable(typeof(RulesReply))]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(TicketReply))]
[JsonSerializable(typeof(OutcomeReply))]
[JsonSerializable(typeof(Submission))]
internal sealed partial class RecoveryJson : JsonSerializerContext;
