using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tagasi.Cloud.Look;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Bench;

/// <summary>A browser on the page for the new password: asks for a ticket, seals, submits, reads the outcome.</summary>
internal sealed class Browser(HttpClient http, (string Header, string Cookie) admission) : IDisposable
{
    public Samples Tickets { get; private set; } = new();

    public Samples Seals { get; private set; } = new();

    public Samples Submissions { get; private set; } = new();

    /// <summary>Begins its samples anew.</summary>
    public void Forget() => (Tickets, Seals, Submissions) = (new(), new(), new());

    public async Task PreflightAsync(string secret)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/recovery/preflight", secret, null);
        await EnsureAsync(response);
    }

    /// <summary>One operation that a person may ask for.</summary>
    /// <param name="password">The new one, where the operation takes it.</param>
    /// <param name="current">Likewise.</param>
    public async Task WriteAsync(Operation operation, string secret, string password, string current)
    {
        var start = Stopwatch.GetTimestamp();
        using var issued = await SendAsync(HttpMethod.Post, "/api/recovery/ticket", secret, JsonContent.Create(new TicketRequest(operation), RecoveryJson.Default.TicketRequest));
        await EnsureAsync(issued);
        var ticket = (await issued.Content.ReadFromJsonAsync(RecoveryJson.Default.TicketReply))!;
        var issuedAt = Stopwatch.GetTimestamp();

        var envelope = operation is Operation.Unlock ? null : EnvelopeSealer.Seal(password, current, SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Ticket)), ticket.Recipients);
        var sealedAt = Stopwatch.GetTimestamp();

        using var submitted = await SendAsync(HttpMethod.Post, "/api/recovery/envelope", secret, Submission(ticket.Ticket, envelope));
        await EnsureAsync(submitted);
        var outcome = await submitted.Content.ReadAsStringAsync();
        using (var reply = JsonDocument.Parse(outcome))
        {
            if (reply.RootElement.GetProperty("step").GetString() != "applied")
            {
                throw new InvalidOperationException(outcome);
            }
        }

        Tickets.Add(Stopwatch.GetElapsedTime(start, issuedAt));
        Seals.Add(Stopwatch.GetElapsedTime(issuedAt, sealedAt));
        Submissions.Add(Stopwatch.GetElapsedTime(sealedAt));
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string secret, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Cookie", $"{RecoveryCookie.Name}={secret}; {Portal.AntiforgeryCookie}={admission.Cookie}");
        request.Headers.Add("RequestVerificationToken", admission.Header);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await http.SendAsync(request);
    }

    // The page always says whether there is an envelope.
    private static StringContent Submission(string ticket, Envelope? envelope) => new(
        new JsonObject { ["ticket"] = ticket, ["envelope"] = JsonSerializer.SerializeToNode(envelope, RecoveryJson.Default.Envelope) }.ToJsonString(), Encoding.UTF8, "application/json");

    private static async Task EnsureAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
