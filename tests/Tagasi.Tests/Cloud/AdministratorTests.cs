using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tagasi.Protocol;
using Tagasi.Protocol.Onboarding;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>Who may enable and disable writeback: a cloud administrator, for the tenant that the agent proves.</summary>
public sealed class AdministratorTests
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task An_administrator_enables_and_disables_from_an_agents_host()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddAdministratorAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);

        Assert.Equal(new OnboardingReply("North", false, 1, true, true, false), await DecideAsync(service, agent, OnboardingAction.Disable));
        Assert.Equal(new OnboardingReply("North", false, 1, false, true, false), await DecideAsync(service, agent, OnboardingAction.Show));
        Assert.Equal(new OnboardingReply("North", true, 2, true, true, false), await DecideAsync(service, agent, OnboardingAction.Enable));
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Writeback enabled", IsSuccess: true } && e.AgentId == agent.Admission.AgentId);
    }

    [Theory]
    [InlineData("admin@tagasi.example", "wrong horse battery staple", "administrator-sign-in-failed", "admin@tagasi.example")]
    [InlineData("nobody@tagasi.example", Password, "administrator-sign-in-failed", "?")]
    [InlineData("a password in the wrong field", Password, "administrator-sign-in-failed", "?")]
    [InlineData("anna@north.example", Password, "administrator-required", "anna@north.example")]
    [InlineData("south@tagasi.example", Password, "administrator-required", "?")]
    [InlineData("south@tagasi.example", "wrong horse battery staple", "administrator-sign-in-failed", "?")]
    public async Task Nobody_else_does_and_reads_why_not(string name, string password, string problem, string actor)
    {
        await using var service = await RunningService.StartAsync();
        await service.AddAdministratorAsync();
        await service.AddAdministratorAsync("south@tagasi.example", await service.AddTenantAsync("South", "south.example"));
        await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);

        using var refused = await PostAsync(service, await agent.TokenAsync(), new OnboardingRequest(OnboardingAction.Disable, name, password));

        Assert.Equal((HttpStatusCode.Forbidden, problem), (refused.StatusCode, await CodeOfAsync(refused)));
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Writeback disabled", IsSuccess: false } && e.Problem == problem && e.Actor == actor);
        await using var db = await service.OpenAsync();
        Assert.All(db.Tenants.Where(tenant => tenant.Name != ""), tenant => Assert.True(tenant.IsWritebackEnabled));
    }

    [Fact]
    public async Task The_agent_decides_the_tenant_and_without_its_proof_there_is_none()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddAdministratorAsync();
        await using var stranger = await ScriptedAgent.EnrolAsync(service, await service.AddTenantAsync("South", "south.example"));
        var request = new OnboardingRequest(OnboardingAction.Disable, "admin@tagasi.example", Password);

        using var foreign = await PostAsync(service, await stranger.TokenAsync(), request);
        using var unproved = await PostAsync(service, null, request);

        Assert.Equal("administrator-required", await CodeOfAsync(foreign));
        Assert.Equal(HttpStatusCode.Unauthorized, unproved.StatusCode);
    }

    [Fact]
    public async Task Guessing_is_limited()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        var token = await agent.TokenAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var refused = await PostAsync(service, token, new OnboardingRequest(OnboardingAction.Show, "nobody", "guess"));
            statuses.Add(refused.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Forbidden, 10), HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
    }

    // Without the hashing a name that means nobody would be through in a fiftieth of the time.
    [Fact]
    public async Task A_name_that_means_nobody_costs_the_same_hashing()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddAdministratorAsync();
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < 11; i++)
        {
            known.Add(await MeasureAsync(service, "admin@tagasi.example"));
            unknown.Add(await MeasureAsync(service, "nobody@tagasi.example"));
        }

        Assert.InRange(unknown.Order().ElementAt(5) / known.Order().ElementAt(5), 1 / 3.0, 3);
    }

    [Fact]
    public void A_request_does_not_print_the_password() =>
        Assert.DoesNotContain(Password, new OnboardingRequest(OnboardingAction.Enable, "admin", Password).ToString(), StringComparison.Ordinal);

    private static async Task<double> MeasureAsync(RunningService service, string name)
    {
        var began = Stopwatch.GetTimestamp();
        await service.Onboarding.ShowAsync(new(service.TenantId, name, "wrong", null), CancellationToken.None);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task<OnboardingReply?> DecideAsync(RunningService service, ScriptedAgent agent, OnboardingAction action)
    {
        using var reply = await PostAsync(service, await agent.TokenAsync(), new OnboardingRequest(action, "admin@tagasi.example", Password));
        reply.EnsureSuccessStatusCode();
        return await reply.Content.ReadFromJsonAsync(ProtocolJson.Default.OnboardingReply);
    }

    private static async Task<HttpResponseMessage> PostAsync(RunningService service, string? token, OnboardingRequest request)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        return await http.PostAsync(RelayWire.OnboardingPath, JsonContent.Create(request, ProtocolJson.Default.OnboardingRequest));
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("code").GetString();
    }
}
