using Tagasi.ActiveDirectory;
using Tagasi.EndToEnd.Tests.ActiveDirectory;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A pristine directory, and one product with everything allowed: unlocking alone, and the administrators' pages.</summary>
public sealed class OperationsFixture : IAsyncLifetime
{
    private ActiveDirectoryDomain domain = null!;

    internal RunningProduct Product { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Lab.RunAsync("reset");
        domain = new ActiveDirectoryDomain(North.Options(), TimeProvider.System);
        Product = await RunningProduct.StartAsync(changeCloud: cloud => cloud["administration"] = new System.Text.Json.Nodes.JsonObject { ["enabled"] = true });
        await Product.AllowUnlockAsync();
    }

    /// <summary>The account as the PDC emulator shows it.</summary>
    internal async Task<Account> ReadAccountAsync(string name)
    {
        await foreach (var user in domain.ReadUsersAsync(new UserReading(), CancellationToken.None))
        {
            if (user.SamAccountName == name)
            {
                return Assert.IsType<AccountReading.Found>(await domain.ReadAccountAsync(user.ObjectGuid, North.Enough, CancellationToken.None)).Account;
            }
        }

        throw new ArgumentException("There is no " + name, nameof(name));
    }

    public async ValueTask DisposeAsync()
    {
        if (Product is not null)
        {
            await Product.DisposeAsync();
        }

        await domain.DisposeAsync();
    }
}

/// <summary>Tests that share that product. No two of them use the same account.</summary>
[CollectionDefinition(Name)]
public sealed class OperationsTests : ICollectionFixture<OperationsFixture>
{
    public const string Name = "operations";
}
