namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>A pristine directory, and one product for all tests of a class.</summary>
public sealed class PristineProduct : IAsyncLifetime
{
    internal LinkedProduct Linked { get; private set; } = null!;

    internal Accounts Accounts { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Lab.RunAsync("reset");
        Linked = await LinkedProduct.StartAsync();
    }

    public ValueTask DisposeAsync() => Linked?.DisposeAsync() ?? ValueTask.CompletedTask;
}
