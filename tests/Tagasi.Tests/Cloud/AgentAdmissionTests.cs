using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud.Relay;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>Which agents the service lets in, and keeps.</summary>
public sealed class AgentAdmissionTests
{
    [Fact]
    public async Task A_code_admits_one_agent_once()
    {
        await using var service = await RunningService.StartAsync();
        var code = await service.CreateCodeAsync();
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var admitted = await ScriptedAgent.PostEnrolmentAsync(service, code, first);
        using var refused = await ScriptedAgent.PostEnrolmentAsync(service, code, second);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (admitted.StatusCode, refused.StatusCode));
        Assert.Contains(Problems.EnrolmentCodeInvalid.Code, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_of_no_use_after_fifteen_minutes()
    {
        await using var service = await RunningService.StartAsync();
        var code = await service.CreateCodeAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        service.Time.Advance(EnrolmentCode.Lifetime + TimeSpan.FromSeconds(1));

        using var refused = await ScriptedAgent.PostEnrolmentAsync(service, code, key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_code_that_was_never_given_out_admits_nobody()
    {
        await using var service = await RunningService.StartAsync();
        var code = await service.CreateCodeAsync();
        code.Secret[0] ^= 1;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var refused = await ScriptedAgent.PostEnrolmentAsync(service, code, key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_code_admits_to_the_tenant_it_was_made_for_and_to_no_other()
    {
        await using var service = await RunningService.StartAsync();
        var south = await service.AddTenantAsync("South", "south.example");
        var anna = await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service, south);
        Assert.True((await agent.ConnectAsync()).Accepted);

        // It serves a domain of the same name, and says so: that makes it no agent of the other tenant.
        Assert.Equal((south, "South"), (agent.Admission.TenantId, agent.Admission.TenantName));
        var connected = service.Services.GetRequiredService<ConnectedAgents>();
        Assert.Single(connected.For(south, "north.example", 1));
        Assert.Empty(connected.For(service.TenantId, "north.example", 1));
        await agent.ImportAsync("north.example", ImportTests.Imported("anna") with { ObjectGuid = anna.SourceAnchor });
        await using var db = await service.OpenAsync();
        Assert.Equal(service.TenantId, (await db.Users.SingleAsync(user => user.Id == anna.Id, TestContext.Current.CancellationToken)).TenantId);
        Assert.Equal([south], db.Users.Where(user => user.Id != anna.Id).Select(user => user.TenantId));
        Assert.Equal(south, Assert.Single(db.Agents).TenantId);
    }

    [Fact]
    public async Task A_revoked_agent_is_cut_off_within_seconds_and_does_not_come_back()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await using (var db = await service.OpenAsync())
        {
            var now = service.Time.GetUtcNow();
            await db.Agents.ExecuteUpdateAsync(set => set.SetProperty(a => a.RevokedAt, now), CancellationToken.None);
        }

        await service.UntilAsync(() => Task.FromResult(!agent.IsConnected));
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => agent.ConnectAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task An_agent_that_is_connected_was_seen_within_the_last_minutes()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        var connectedAt = service.Time.GetUtcNow();

        await service.UntilAsync(async () =>
        {
            await using var db = await service.OpenAsync();
            return (await db.Agents.SingleAsync()).LastSeenAt > connectedAt;
        });
        Assert.True(agent.IsConnected);
    }

    [Fact]
    public async Task An_agent_with_anothers_key_is_refused()
    {
        await using var service = await RunningService.StartAsync();
        await using var honest = await ScriptedAgent.EnrolAsync(service);
        using var stolen = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var http = new HttpClient { BaseAddress = service.Address };
        var token = AgentIdentity.Prove(honest.Admission.AgentId, stolen, "a challenge", "a key");
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);

        using var reply = await http.PostAsync(RelayWire.Path + "/negotiate", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
    }

    [Fact]
    public async Task An_agent_that_speaks_another_protocol_is_told_so()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);

        var reply = await agent.ConnectAsync(version: ProtocolVersion.Current + 1);
        Assert.Equal((false, Problems.ProtocolUnsupported.Code), (reply.Accepted, reply.Problem));
    }
}
