using System.Security.Claims;
using System.Text.Json;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Relay;
using Tagasi.Protocol;
using Tagasi.Protocol.Onboarding;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Onboarding;

/// <summary>Onboarding: a tenant's writeback is enabled and disabled, its agents make keys for each enabling.</summary>
internal static class OnboardingEndpoints
{
    public static IServiceCollection AddOnboarding(this IServiceCollection services) => services
        .AddSingleton<AdministratorSignIn>().AddSingleton<TenantOnboarding>()
        .AddSingleton<OnboardingWatch>().AddHostedService(provider => provider.GetRequiredService<OnboardingWatch>());

    /// <summary>Where an administrator decides on an agent's host: the agent proves the tenant, the administrator the right.</summary>
    public static void MapOnboarding(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(RelayWire.OnboardingPath, async Task<IResult> (HttpRequest request, ClaimsPrincipal agent, TenantOnboarding onboarding, CancellationToken cancellation) =>
        {
            if (await ReadAsync(request, cancellation) is not { } message)
            {
                return ProblemResult.Of(Problems.InputInvalid, StatusCodes.Status400BadRequest);
            }

            var decision = await DecideAsync(onboarding, agent, message, cancellation);
            return decision.Problem is { } problem
                ? ProblemResult.Of(problem, StatusCodes.Status403Forbidden)
                : TypedResults.Json(Reply(decision.State!, decision.IsChanged), ProtocolJson.Default.OnboardingReply);
        }).RequireAuthorization(Policies.Agent).RequireRateLimiting(AdministratorSignIn.RateLimit);

    private static Task<Decision> DecideAsync(TenantOnboarding onboarding, ClaimsPrincipal agent, OnboardingRequest message, CancellationToken cancellation)
    {
        var asker = new Asker(
            Guid.Parse(agent.FindFirstValue(AgentAuthentication.TenantClaim)!), message.Administrator, message.Password, Guid.Parse(agent.FindFirstValue(ClaimTypes.NameIdentifier)!));
        return message.Action switch
        {
            OnboardingAction.Enable => onboarding.EnableAsync(asker, cancellation),
            OnboardingAction.Disable => onboarding.DisableAsync(asker, cancellation),
            _ => onboarding.ShowAsync(asker, cancellation),
        };
    }

    private static OnboardingReply Reply(TenantState state, bool isChanged) => new(state.Name, state.IsEnabled, state.Epoch, isChanged, state.WritesPasswords, state.AllowsUnlock);

    private static async Task<OnboardingRequest?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await request.ReadFromJsonAsync(ProtocolJson.Default.OnboardingRequest, cancellation) is { Administrator.Length: <= 1000, Password.Length: <= 1000 } message ? message : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return null;
        }
    }
}
