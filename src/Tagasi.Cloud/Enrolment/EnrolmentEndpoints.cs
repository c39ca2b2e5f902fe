using Tagasi.Cloud.Keys;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Enrolment;

/// <summary>Where a new agent learns the service's key and proves that it has a code.</summary>
internal static class EnrolmentEndpoints
{
    public const string RateLimit = "enrolment";

    public static void MapEnrolment(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(RelayWire.ServiceKeyPath, (ServiceSigningKey key, int? version) =>
                TypedResults.Json(new ServiceKey(key.PublicKey, ProtocolVersion.CommonWith(version ?? 1)), ProtocolJson.Default.ServiceKey))
            .RequireAuthorization(Policies.Anyone);

        endpoints.MapPost(RelayWire.EnrolmentPath, async Task<IResult> (HttpRequest request, AgentEnrolment enrolment, CancellationToken cancellation) =>
        {
            if (await ReadAsync(request, cancellation) is not { } message)
            {
                return ProblemResult.Of(Problems.InputInvalid, StatusCodes.Status400BadRequest);
            }

            var (reply, problem) = await enrolment.EnrolAsync(message, cancellation);
            return reply is not null
                ? TypedResults.Json(reply, ProtocolJson.Default.EnrolmentReply)
                : ProblemResult.Of(problem!, problem == Problems.InputInvalid ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden);
        }).RequireAuthorization(Policies.Anyone).RequireRateLimiting(RateLimit);
    }

    private static async Task<EnrolmentRequest?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await request.ReadFromJsonAsync(ProtocolJson.Default.EnrolmentRequest, cancellation);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return null;
        }
    }
}
