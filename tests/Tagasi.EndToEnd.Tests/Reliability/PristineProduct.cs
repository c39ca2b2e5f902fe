namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>A pristine directory, and one product for the tests of this folder, whose agent and service each have a small disk of their own.</summary>
public sealed class PristineProduct : IAsyncLifetime
{
    internal LinkedProduct Linked { get; private set; } = null!;

    internal Accounts Accounts { get; } = new();

    internal SmallDisk AgentDisk { get; private set; } = null!;

    internal SmallDisk CloudDisk { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Lab.RunAsync("reset");
        (AgentDisk, CloudDisk) = (await SmallDisk.MountAsync(1), await SmallDisk.MountAsync(16));
        Linked = await LinkedProduct.StartAsync(agent => agent["stateFolder"] = AgentDisk.Folder, cloud => cloud["dataFolder"] = CloudDisk.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { Linked, AgentDisk, CloudDisk }.OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }
    }
}

/// <summary>Tests that share the product, and leave it whole.</summary>
[CollectionDefinition(Name)]
public sealed class ReliabilityTests : ICollectionFixture<PristineProduct>
{
    public const string Name = "reliability";
}
