using System.Text.Json.Nodes;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>Two forests in one tenant, with one agent.</summary>
public sealed class ForestTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Lab.RunAsync("reset");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_forest_that_is_added_later_is_served_beside_the_first_without_enabling_anything_anew()
    {
        await using var product = await RunningProduct.StartAsync();
        Assert.Contains("now has south.example too", await product.CloudAsync("tenant", "add-domain", RunningProduct.Tenant, "--domain", "South.Example"), StringComparison.Ordinal);
        product.ChangeAgentSettings(AddSouth);
        await product.Agent.DisposeAsync();
        product.StartAgent();
        await product.Agent.UntilSaysAsync("users of south.example", TimeSpan.FromSeconds(40));

        // Both forests have an anna.
        await ResetAsync(product, "anna@south.example", "Set in the second forest 1");
        Assert.True(await Lab.CanLogOnAsync("anna", "Set in the second forest 1", "SOUTH.EXAMPLE"));
        Assert.True(await Lab.CanLogOnAsync("anna", Lab.UserPassword));
        await ResetAsync(product, "anna@north.example", "Set in the first forest 1");
        Assert.True(await Lab.CanLogOnAsync("anna", "Set in the first forest 1"));
        Assert.True(await Lab.CanLogOnAsync("anna", "Set in the second forest 1", "SOUTH.EXAMPLE"));

        var audit = await product.AuditAsync();
        Assert.Equal(2, audit.Split("Writeback enabled").Length);
        Assert.Contains("Verified domain added", audit, StringComparison.Ordinal);
        // And away again.
        Assert.Contains("users of south.example removed", await product.CloudAsync("user", "remove", "--tenant", RunningProduct.Tenant, "--domain", "south.example"), StringComparison.Ordinal);
        await product.CloudAsync("tenant", "remove-domain", RunningProduct.Tenant, "--domain", "south.example");
        Assert.DoesNotContain("south.example", await product.CloudAsync("tenant", "list"), StringComparison.Ordinal);
        Assert.DoesNotContain("south.example", await product.CloudAsync("user", "list", "--tenant", RunningProduct.Tenant), StringComparison.Ordinal);
        Assert.Contains("epoch 1", await product.CloudAsync("writeback", "status", "--tenant", RunningProduct.Tenant), StringComparison.Ordinal);
    }

    private static void AddSouth(JsonObject settings)
    {
        var south = settings["domains"]![0]!.DeepClone();
        south["name"] = "south.example";
        south["dnsServers"] = new JsonArray(Lab.Value("TAGASI_LAB_SOUTH_DC1") + ":53");
        south["signIn"]!["account"] = "svc-tagasi@south.example";
        settings["domains"]!.AsArray().Add(south);
        settings["scope"]!["include"]!.AsArray().Add("OU=People,DC=south,DC=example");
    }

    private static async Task ResetAsync(RunningProduct product, string name, string password)
    {
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await person.ProveAsync(name, product.Mailbox, "anna@recovery.example");
        await person.ChooseAsync(password);
        await person.AtAsync("/done");
    }
}
