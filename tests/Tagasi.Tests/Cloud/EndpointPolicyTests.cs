using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud;

namespace Tagasi.Tests.Cloud;

/// <summary>Every endpoint demands a policy; the ones open to anyone are written down here.</summary>
public sealed class EndpointPolicyTests
{
    private static readonly string[] OpenToAnyone =
    [
        "",
        "/api/agents/challenge",
        "/api/enrolment",
        "/api/enrolment/key",
        "/api/recovery/envelope",
        "/api/recovery/outcome",
        "/api/recovery/preflight",
        "/api/recovery/ticket",
        "/assets/{file}",
        "/favicon.ico",
        "/healthz",
        "admin/sign-in",
        "again",
        "code",
        "cookies-refused",
        "done",
        "error/{status:int}",
        "password",
        "stopped",
        "{*path}",
    ];

    private static readonly string[] ForAgents = ["/api/agents/onboarding", "/relay", "/relay/negotiate"];

    [Fact]
    public async Task Every_endpoint_names_its_policy_and_those_for_anyone_are_listed()
    {
        await using var service = await RunningService.StartAsync();
        var endpoints = service.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();

        Assert.All(endpoints, endpoint => Assert.True(endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is not null, $"{endpoint.RoutePattern.RawText} names no policy"));
        string[] Of(string policy) =>
            [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>()!.Policy == policy).Select(endpoint => endpoint.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(string.Join('\n', OpenToAnyone), string.Join('\n', Of(Policies.Anyone)));
        Assert.Equal(string.Join('\n', ForAgents), string.Join('\n', Of(Policies.Agent)));
    }
}
