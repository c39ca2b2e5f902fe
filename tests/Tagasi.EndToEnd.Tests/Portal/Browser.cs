using Microsoft.Playwright;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>The one browser of a run. Each person has a context of it, which shares nothing with others.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static IPlaywright? playwright;

    internal static Lazy<Task<IBrowser>> Running { get; } = new(LaunchAsync);

    public async ValueTask DisposeAsync()
    {
        if (Running.IsValueCreated)
        {
            await (await Running.Value).DisposeAsync();
            playwright!.Dispose();
        }
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }
}
