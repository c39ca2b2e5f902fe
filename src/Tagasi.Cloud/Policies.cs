using Microsoft.AspNetCore.Authorization;
using Tagasi.Cloud.Relay;

namespace Tagasi.Cloud;

/// <summary>Who may call what. An endpoint that names no policy is closed to everybody.</summary>
internal static class Policies
{
    /// <summary>People who cannot sign in, browsers, agents before they are known. Each endpoint with it stands on the list in the tests.</summary>
    public const string Anyone = "anyone";

    /// <summary>Enrolled agents.</summary>
    public const string Agent = "agent";

    /// <summary>Cloud administrators who are signed in.</summary>
    public const string Administrator = "administrator";

    public static IServiceCollection AddPolicies(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        options.AddPolicy(Anyone, policy => policy.RequireAssertion(_ => true));
        options.AddPolicy(Agent, policy => policy.AddAuthenticationSchemes(AgentAuthentication.SchemeName).RequireAuthenticatedUser());
        options.AddPolicy(Administrator, policy => policy.AddAuthenticationSchemes(Administration.Administrator.Scheme).RequireAuthenticatedUser());
        options.FallbackPolicy = options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
    });
}
