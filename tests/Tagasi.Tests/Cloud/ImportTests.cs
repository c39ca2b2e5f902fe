using Microsoft.EntityFrameworkCore;
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
