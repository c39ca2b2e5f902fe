using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tagasi.EndToEnd.Tests.Product;

/// <summary>A real SMTP server and what it received.</summary>
internal sealed partial class Mailbox(Uri address) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpClient http = new() { BaseAddress = address };

    public Task ClearAsync() => http.DeleteAsync(new Uri("messages", UriKind.Relative));

    public async Task<JsonElement[]> ReadAsync(string to) =>
        (await http.GetFromJsonAsync<JsonElement>($"messages.json?to={Uri.EscapeDataString(to)}")).EnumerateArray().ToArray();

    /// <summary>The code in the newest message to an address; waits for it.</summary>
    public async Task<string> ReadCodeAsync(string to)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var messages = await ReadAsync(to);
            if (messages.Length > 0)
            {
                return Code().Match(messages.MaxBy(message => message.GetProperty("received").ToString(), StringComparer.Ordinal).GetProperty("text").GetString()!).Value;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex(@"\d{4} \d{4}", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
