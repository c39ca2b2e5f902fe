using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>An administrator disables and enables writeback while people use it.</summary>
public sealed class OnboardingTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Lab.RunAsync("reset");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Disabled_it_says_so_and_enabled_anew_it_resets_with_new_keys()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await product.WritebackAsync("disable");
        await person.BeginAsync("anna@north.example");
        await person.SeeAsync("turned this service off at the moment");

        Assert.Contains("epoch 2", await product.WritebackAsync("enable"), StringComparison.Ordinal);
        await product.UntilAsync(() => Task.FromResult(product.Agent.Output.Contains("key for epoch 2: ready", StringComparison.Ordinal)), "the agent has a key of the second epoch");
        await person.ProveAsync("anna@north.example", product.Mailbox);
        await person.ChooseAsync("Enabled anew, and set 1");
        await person.AtAsync("/done");
        Assert.True(await Lab.CanLogOnAsync("anna", "Enabled anew, and set 1"));
    }

    [Fact]
    public async Task A_write_that_hangs_when_writeback_is_disabled_is_told_as_it_ended()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await person.ProveAsync("anna@north.example", product.Mailbox);
        await person.SeeFormAsync();
        await Lab.RunAsync("freeze", "north-dc1");
        await person.ChooseAsync("Disabled in the middle 1");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await product.WritebackAsync("disable");
        await Lab.RunAsync("thaw", "north-dc1");

        await Assertions.Expect(person.Page).ToHaveURLAsync(new Regex("/(?:done|stopped)$", RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = 30_000 });
        Assert.Equal(person.Page.Url.EndsWith("/done", StringComparison.Ordinal), await Lab.CanLogOnAsync("anna", "Disabled in the middle 1"));
    }
}
