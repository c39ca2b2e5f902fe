using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Enrolment;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>Who is admitted with a code, and what becomes of the agent that a host was before.</summary>
public sealed class EnrolmentTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_enrols_anew_has_what_it_was_revoked_and_nobody_elses()
    {
        await using var service = await RunningService.StartAsync();
        await using var former = await ScriptedAgent.EnrolAsync(service);
        await using var other = await ScriptedAgent.EnrolAsync(service);
        var south = await service.AddTenantAsync("South", "south.example");

        // On another's word, for another code, for another key, and from another tenant nothing is revoked; the enrolment stands.
        await EnrolAsync(service, null, (secret, key) => AgentIdentity.ProveReplacement(other.Admission.AgentId, former.Identity, secret, key));
        await EnrolAsync(service, null, (_, key) => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, "another secret"u8, key));
        await EnrolAsync(service, null, (secret, _) => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret, "another key"u8));
        await EnrolAsync(service, null, (_, _) => "nonsense");
        await EnrolAsync(service, south, (secret, key) => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret, key));
        Assert.Empty(await RevokedAsync(service));

        await EnrolAsync(service, null, (secret, key) => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret, key));
        Assert.Equal([former.Admission.AgentId], await RevokedAsync(service));
    }

    [Fact]
    public async Task A_stranger_that_waits_does_not_become_the_first_when_the_only_agent_enrols_anew()
    {
        await using var service = await RunningService.StartAsync();
        await using var former = await ScriptedAgent.EnrolAsync(service);
        await former.ConnectAsync();
        await using var rogue = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await rogue.ConnectAsync()).IsWaiting);

        await EnrolAsync(service, null, (secret, key) => AgentIdentity.ProveReplacement(former.Admission.AgentId, former.Identity, secret, key));
        Assert.Equal([former.Admission.AgentId], await RevokedAsync(service));
        Assert.True((await rogue.BringKeyAsync(1)).IsWaiting);
        await using var db = await service.OpenAsync();
        var agents = await db.Agents.Where(agent => agent.RevokedAt == null).ToListAsync(None);
        var successor = agents.Single(agent => agent.Id != rogue.Admission.AgentId);
        Assert.False(Acquaintance.Of(successor, agents).IsWaiting);
    }

    [Fact]
    public async Task What_did_not_show_its_code_is_not_of_version_1_whatever_is_said_in_its_name_first()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await using var proxy = agent.WithAnotherSealingKey();
        Assert.False((await proxy.ConnectAsync(version: 1)).Accepted);
        await using var again = agent.WithAnotherSealingKey();
        await again.OpenAsync();
        await again.SayHelloAsync(null);
        await Assert.ThrowsAsync<HubException>(() => again.ImportPagesAsync("north.example", new ImportPage([ImportTests.Imported("anna")])));
        await using var db = await service.OpenAsync();
        Assert.Null((await db.Agents.SingleAsync(None)).SealingKeyId);
        Assert.Empty(await db.Users.ToListAsync(None));
    }

    [Fact]
    public async Task An_agent_of_version_1_shows_its_code_and_is_admitted()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        Assert.True((await agent.ConnectAsync(version: 1)).Accepted);
    }

    [Fact]
    public async Task A_proxy_on_the_way_admits_no_key_of_its_own_with_what_it_has_seen()
    {
        await using var service = await RunningService.StartAsync();
        var code = await service.CreateCodeAsync(null);
        using var genuine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var seen = EnrolmentCode.Bind(code.Verifier, genuine.ExportSubjectPublicKeyInfo());
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(own, EnrolmentCode.IdOf(code.Verifier), seen));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(genuine, EnrolmentCode.IdOf([1]), seen));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(genuine, EnrolmentCode.IdOf(code.Verifier), seen));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(genuine, EnrolmentCode.IdOf(code.Verifier), seen));

        async Task<HttpStatusCode> PostAsync(ECDsa identity, byte[] id, byte[] binding)
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            var request = new EnrolmentRequest("host", "1.0", identity.ExportSubjectPublicKeyInfo(), AgentIdentity.ProveEnrolment(identity, binding), null, null, id, binding);
            using var reply = await http.PostAsync(RelayWire.EnrolmentPath, JsonContent.Create(request, ProtocolJson.Default.EnrolmentRequest), None);
            return reply.StatusCode;
        }
    }

    private static async Task EnrolAsync(RunningService service, Guid? tenantId, Func<byte[], byte[], string> prove)
    {
        var code = await service.CreateCodeAsync(tenantId);
        using var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var reply = await ScriptedAgent.PostEnrolmentAsync(service, code, identity, replaces: prove);
        reply.EnsureSuccessStatusCode();
    }

    private static async Task<List<Guid>> RevokedAsync(RunningService service)
    {
        await using var db = await service.OpenAsync();
        return await db.Agents.Where(agent => agent.RevokedAt != null).Select(agent => agent.Id).ToListAsync(None);
    }
}
