using System.Text.Json.Nodes;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A second agent is added: a stranger at first.</summary>
public sealed class TwoAgentsTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Lab.RunAsync("reset");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Two_agents_that_know_each_other_share_the_work_and_a_stranger_gets_nothing()
    {
        await using var product = await RunningProduct.StartAsync();
        var settings = Path.Combine(product.Folder, "second.json");
        var second = JsonNode.Parse(await File.ReadAllTextAsync(product.AgentSettings, TestContext.Current.CancellationToken))!.AsObject();
        second["stateFolder"] = Path.Combine(product.Folder, "second");
        await File.WriteAllTextAsync(settings, second.ToJsonString(), TestContext.Current.CancellationToken);
        var code = (await product.CloudAsync("agent", "code", "--tenant", RunningProduct.Tenant)).Trim();
        var enrolled = await ChildProcess.RunAsync(Executables.Agent, ["enrol", "--config", settings, "--code", "-"], code + "\n");
        var secondKey = KeyIn(enrolled.Output);
        var firstKey = (await product.DoctorAsync()).Output.Split("of the tenant's other agents, is ")[1][..22];

        // A stranger: it waits, both hosts and the service say so, and nobody is served when it alone is there.
        await using (var stranger = ChildProcess.Start(Executables.Agent, ["run", "--config", settings]))
        {
            await product.UntilAsync(() => Task.FromResult(stranger.Output.Contains($"No requests come until this agent and these name each other in knownAgents: {Environment.MachineName} (key {firstKey}, not named here", StringComparison.Ordinal)), "it waits");
            await product.Agent.DisposeAsync();
            await using var person = await PortalBrowser.OpenAsync(product.Address);
            await person.ProveAsync("anna@north.example", product.Mailbox);
            await person.SeeAsync("cannot be reached at the moment");
            product.StartAgent();
            await product.UntilAsync(() => Task.FromResult(product.Agent.Output.Contains($"wait until they and this one name each other in knownAgents: {Environment.MachineName} (key {secondKey}, not named here", StringComparison.Ordinal)), "the first one says so");
        }

        // Known to each other, either can do it.
        product.ChangeAgentSettings(first => first["knownAgents"] = new JsonArray(secondKey));
        second["knownAgents"] = new JsonArray(firstKey);
        await File.WriteAllTextAsync(settings, second.ToJsonString(), TestContext.Current.CancellationToken);
        await product.Agent.DisposeAsync();
        product.StartAgent();
        await product.UntilAsync(() => Task.FromResult(product.Agent.Output.Contains("ready for requests", StringComparison.Ordinal)), "the first one is back");
        await using var known = ChildProcess.Start(Executables.Agent, ["run", "--config", settings]);
        await product.UntilAsync(() => Task.FromResult(known.Output.Contains("ready for requests", StringComparison.Ordinal)), "the second one is ready");
        await ResetAsync(product, "anna", "Both could open this 1");
        await product.Agent.DisposeAsync();
        await ResetAsync(product, "bert", "The second one wrote this 1");
        product.StartAgent();
    }

    private static async Task ResetAsync(RunningProduct product, string account, string password)
    {
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await person.ProveAsync($"{account}@north.example", product.Mailbox, $"{account}@recovery.example");
        await person.ChooseAsync(password);
        await person.AtAsync("/done");
        Assert.True(await Lab.CanLogOnAsync(account, password));
    }

    private static string KeyIn(string output) => output.Split("Agent key:")[1].TrimStart()[..22];
}
