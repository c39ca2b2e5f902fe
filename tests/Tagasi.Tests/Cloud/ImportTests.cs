using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>Users as the agents stream them.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task Users_are_matched_by_source_anchor_and_marked_when_they_are_gone()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        var (anna, bert, carl) = (Imported("anna"), Imported("bert"), Imported("carl"));

        Assert.Equal(3, await agent.ImportAsync("north.example", anna, bert, carl));
        service.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(2, await agent.ImportAsync("north.example", anna with { UserPrincipalName = "anna.new@north.example", IsEnabled = false }, bert));

        await using var db = await service.OpenAsync();
        var users = await db.Users.OrderBy(user => user.UserPrincipalName).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["anna.new@north.example", "bert@north.example", "carl@north.example"], users.Select(user => user.UserPrincipalName));
        Assert.Equal([false, true, true], users.Select(user => user.IsEnabled));
        Assert.Equal([true, true, false], users.Select(user => user.RemovedAt is null));
    }

    [Fact]
    public async Task User_names_under_a_domain_that_the_tenant_does_not_have_are_in_the_audit_log()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await agent.ImportAsync("north.example", Imported("anna"), Imported("bert") with { UserPrincipalName = "bert@else.example" });
        Assert.Contains(await service.AuditAsync(), e => e.Detail is { } detail && detail.StartsWith("north.example: 2 users, 0 removed; 1 have user names under else.example, which the tenant does not have", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_that_brought_nobody_removes_nobody()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await agent.ImportAsync("north.example", Imported("anna"));
        service.Time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(0, await agent.ImportAsync("north.example"));
        await using var db = await service.OpenAsync();
        Assert.Null((await db.Users.SingleAsync(TestContext.Current.CancellationToken)).RemovedAt);
    }

    [Fact]
    public async Task An_agent_imports_only_domains_that_it_said_it_serves()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => agent.ImportAsync("south.example", Imported("anna")));
    }

    [Fact]
    public async Task Whoever_ends_the_agents_tls_on_the_way_decides_nobodys_recovery_address()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        var anna = Imported("anna");
        await agent.ImportAsync("north.example", anna);
        var forged = anna with { RecoveryMail = "mallory@else.example" };
        var old = agent.Part(new(await agent.BeginImportAsync(), "north.example", 0, true, [forged]));

        await using var proxy = agent.WithAnotherSealingKey();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await proxy.OpenAsync();
        await proxy.SayHelloAsync(null);
        await RefusedAsync(_ => [new ImportPage([forged])]);
        await RefusedAsync(_ => [old]);
        await RefusedAsync(import => [new ImportPage([], AgentIdentity.Sign(new ImportPart(import, "north.example", 0, true, [forged]), own))]);
        await RefusedAsync(import => [proxy.Part(new(import, "north.example", 1, true, [forged]))]);
        await RefusedAsync(import => [proxy.Part(new(import, "south.example", 0, true, [forged]))]);
        await Assert.ThrowsAsync<HubException>(() => proxy.ImportPagesAsync("north.example", old));

        // Saying that it is of version 1, which cannot sign, does not help either: it was not before.
        await proxy.SayHelloAsync(null, version: 1);
        await RefusedAsync(_ => [new ImportPage([forged])], Problems.AgentUnknown);

        async Task RefusedAsync(Func<string, ImportPage[]> forge, Problem? problem = null)
        {
            var pages = forge(await proxy.BeginImportAsync());
            var refusal = await Assert.ThrowsAsync<HubException>(() => proxy.ImportPagesAsync("north.example", pages));
            Assert.Contains((problem ?? Problems.InputInvalid).Code, refusal.Message, StringComparison.Ordinal);
            await using var db = await service.OpenAsync();
            Assert.Equal("anna@elsewhere.example", (await db.Users.SingleAsync(TestContext.Current.CancellationToken)).RecoveryMail);
        }
    }

    [Fact]
    public async Task Nobody_is_removed_before_the_last_part_has_come()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        var anna = Imported("anna");
        await agent.ImportAsync("north.example", anna, Imported("bert"));
        service.Time.Advance(TimeSpan.FromMinutes(30));
        var import = await agent.BeginImportAsync();
        await Assert.ThrowsAsync<HubException>(() => agent.ImportPagesAsync("north.example", agent.Part(new(import, "north.example", 0, false, [anna]))));
        await using var db = await service.OpenAsync();
        Assert.Equal(2, await db.Users.CountAsync(user => user.RemovedAt == null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_agent_of_version_1_imports_unsigned()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        await agent.ConnectAsync(version: 1);
        Assert.Equal(1, await agent.ImportAsync("north.example", Imported("anna")));
    }

    [Fact]
    public async Task A_name_of_another_tenants_domain_leads_to_that_tenants_users_alone()
    {
        await using var service = await RunningService.StartAsync();
        var south = await service.AddTenantAsync("South", "south.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        await agent.ImportAsync("north.example", Imported("mole") with { UserPrincipalName = "boss@south.example" });

        await service.Recovery.StartAsync("boss@south.example", CancellationToken.None);
        Assert.Null(await service.ReadCodeAsync());

        await service.AddUserAsync("boss@south.example", south);
        await service.Recovery.StartAsync("boss@south.example", CancellationToken.None);
        Assert.NotNull(await service.ReadCodeAsync());
    }

    internal static ImportedUser Imported(string name) =>
        new(Guid.NewGuid(), name + "@north.example", name, name, name + "@north.example", name + "@elsewhere.example", true);
}
