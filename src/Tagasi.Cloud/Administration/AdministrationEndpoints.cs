using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Tagasi.Cloud.Look;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;

namespace Tagasi.Cloud.Administration;

/// <summary>What the page of an administrator's reset asks for. The password comes sealed or not at all.</summary>
internal static class AdministrationEndpoints
{
    // As for a person's own reset.
    private const int MaxSubmissionBytes = 32 * 1024;

    public static void MapAdministration(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/admin").RequireAuthorization(Policies.Administrator).WithMetadata(new RequestSizeLimitAttribute(MaxSubmissionBytes)).AddEndpointFilter(Forgery.RefuseAsync);
        group.MapPost("/people/{userId:guid}/ticket", IssueAsync);
        group.MapPost("/envelope", SubmitAsync);
        group.MapPost("/outcome", LookAsync);
    }

    private static async Task<IResult> IssueAsync(Guid userId, ClaimsPrincipal principal, AdministratorReset resets, AdministratorProblems texts, CancellationToken cancellation)
    {
        var by = Administrator.Of(principal);
        if (await resets.FindAsync(by, userId, cancellation) is not { } user)
        {
            return TypedResults.NotFound();
        }

        var (problem, request, recipients) = await resets.IssueAsync(by, user, cancellation);
        return problem is null
            ? TypedResults.Json(new ResetTicket(request!.Ticket, recipients), AdministrationJson.Default.ResetTicket)
            : Refuse(problem, texts);
    }

    private static async Task<IResult> SubmitAsync(HttpRequest request, ClaimsPrincipal principal, AdministratorReset resets, AdministratorProblems texts, CancellationToken cancellation) =>
        await ReadAsync(request, cancellation) is { Envelope.IsWellFormed: true } submission
            ? Tell(await resets.SubmitAsync(Administrator.Of(principal), submission.Ticket, submission.Envelope, cancellation), texts)
            : Refuse(Problems.InputInvalid, texts);

    private static async Task<IResult> LookAsync(HttpRequest request, ClaimsPrincipal principal, AdministratorReset resets, AdministratorProblems texts, CancellationToken cancellation) =>
        await ReadAsync(request, cancellation) is { Envelope: null } question
            ? Tell(await resets.LookAsync(Administrator.Of(principal), question.Ticket, cancellation), texts)
            : Refuse(Problems.InputInvalid, texts);

    private static IResult Tell(ResetView? view, AdministratorProblems texts) => view is null
        ? Refuse(Problems.TicketInvalid, texts)
        : TypedResults.Json(
            new ResetReply(JsonNamingPolicy.CamelCase.ConvertName(view.State.ToString()), view.Problem?.Code, view.Problem is null ? null : texts.Of(view.Problem), view.Problem?.Remedy, view.EarliestChange),
            AdministrationJson.Default.ResetReply,
            statusCode: view.State is RequestState.Leased or RequestState.Unknown ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Refuse(Problem problem, AdministratorProblems texts) => ProblemResult.Of(
        problem, texts.Of(problem), problem == Problems.InputInvalid ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["remedy"] = problem.Remedy });

    private static async Task<ResetSubmission?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await request.ReadFromJsonAsync(AdministrationJson.Default.ResetSubmission, cancellation);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return null;
        }
    }
}

internal sealed record ResetTicket(string Ticket, IReadOnlyList<SealingKey> Recipients);

/// <param name="Envelope">Null in a question about a ticket that was submitted before.</param>
internal sealed record ResetSubmission(string Ticket, Envelope? Envelope = null);

/// <param name="State">issued, leased, unknown, applied or refused.</param>
internal sealed record ResetReply(string State, string? Code, string? Detail, string? Remedy, DateTimeOffset? EarliestChange);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8)]
[JsonSerializable(typeof(ResetTicket))]
[JsonSerializable(typeof(ResetSubmission))]
[JsonSerializable(typeof(ResetReply))]
internal sealed partial class AdministrationJson : JsonSerializerContext;
