using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tagasi.Agent.Writeback;
using Tagasi.Cloud.Recovery;
using Tagasi.EndToEnd.Tests.Product;
using Tagasi.Protocol.Envelopes;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>What a person was told in the end, and what before.</summary>
/// <param name="Step">applied; or proven or ended, which are refusals.</param>
/// <param name="Problem">Code of the problem catalogue.</param>
/// <param name="WasUnknown">Whether it was said for a while that nobody knows.</param>
/// <param name="After">Since the password was submitted.</param>
internal sealed record Told(string Step, string? Problem, bool WasUnknown, TimeSpan After)
{
    public bool IsApplied => Step == "applied";
}

/// <summary>A person without a browser: does what the page and its script do, in their order.</summary>
internal sealed partial class Person(RunningProduct product, string account) : IDisposable
{
    // The script's own: longer than any deadline of the service.
    private static readonly TimeSpan PostTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan GetTimeout = TimeSpan.FromSeconds(20);
    // The script asks every two seconds; nobody has to wait here.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient http = product.Connect();
    private string antiforgery = "";
    private TicketReply? ticket;

    public string Account => account;

    /// <summary>The request that the ticket is for.</summary>
    public Guid RequestId => TicketGate.Claimed(ticket!.Ticket)!.RequestId;

    /// <summary>Name, code, and the rules: up to the form for the new password.</summary>
    public async Task ProveAsync()
    {
        var page = await PostFormAsync(await http.GetStringAsync(Relative("/")), "/", "Name", account + "@north.example");
        page = await PostFormAsync(page, "/code", "Code", await product.Mailbox.ReadCodeAsync(account + "@recovery.example"));
        antiforgery = PageToken().Match(page).Groups["token"].Value;
        Assert.True(antiforgery.Length > 0, page);
        await AskForRulesAsync();
    }

    public async Task AskForTicketAsync()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/recovery/ticket", System.Net.Http.Json.JsonContent.Create(new { operation = "reset" }), PostTimeout);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        ticket = await response.Content.ReadFromJsonAsync(RecoveryJson.Default.TicketReply);
    }

    /// <summary>Seals, submits, and waits for the final answer as the page does.</summary>
    public async Task<Told> SubmitAsync(string password)
    {
        var start = Stopwatch.GetTimestamp();
        var envelope = EnvelopeSealer.Seal(password, SHA256.HashData(Encoding.ASCII.GetBytes(ticket!.Ticket)), ticket.Recipients);
        var reply = await TryAskAsync(HttpMethod.Post, "/api/recovery/envelope", JsonContent.Create(new Submission(ticket.Ticket, envelope), RecoveryJson.Default.Submission), PostTimeout);
        var wasUnknown = false;
        while (reply?.Step is null or "running" or "unknown")
        {
            wasUnknown |= reply?.Step == "unknown";
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"{account}: no final answer within {Patience}, but {reply}");
            await Task.Delay(Poll);
            reply = await TryAskAsync(HttpMethod.Get, "/api/recovery/outcome", null, GetTimeout);
        }

        return new Told(reply.Step, reply.Code, wasUnknown, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose() => http.Dispose();

    // The page has a button for this: an agent that is just coming back is no reason to begin anew.
    private async Task AskForRulesAsync()
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await SendAsync(HttpMethod.Get, "/api/recovery/preflight", null, GetTimeout);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, await response.Content.ReadAsStringAsync());
            await Task.Delay(Poll);
        }
    }

    private async Task<string> PostFormAsync(string page, string path, string field, string value)
    {
        var token = FormToken().Match(page).Groups["token"].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { [field] = value, ["antiforgery"] = token });
        using var response = await http.PostAsync(Relative(path), form);
        var next = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {next}");
        return next;
    }

    // No answer, or none that can be read, is null: the service knows what became of it.
    private async Task<Reply?> TryAskAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout)
    {
        try
        {
            using var response = await SendAsync(method, path, content, timeout);
            return JsonSerializer.Deserialize<Reply>(await response.Content.ReadAsStringAsync(), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = content };
        request.Headers.Add("RequestVerificationToken", antiforgery);
        return await http.SendAsync(request, patience.Token);
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    [GeneratedRegex("""name="antiforgery"[^>]*value="(?<token>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex("""data-antiforgery="(?<token>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PageToken();

    private sealed record Reply(string? Step, string? Code);
}
