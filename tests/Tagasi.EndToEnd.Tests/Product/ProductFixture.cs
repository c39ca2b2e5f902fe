namespace Tagasi.EndToEnd.Tests.Product;

/// <summary>One product for the tests that leave it as they found it, on a pristine directory.</summary>
public sealed class ProductFixture : IAsyncLifetime
{
    internal RunningProduct Product { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Lab.RunAsync("reset");
        Product = await RunningProduct.StartAsync();
    }

    public ValueTask DisposeAsync() => Product?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Tests that share the product.</summary>
[CollectionDefinition(Name)]
public sealed class ProductTests : ICollectionFixture<ProductFixture>
{
    public const string Name = "product";
}
