using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tagasi.Tests.Cloud;

/// <summary>A browser without a script: cookies, forms and tokens, and redirects that are looked at before they are followed.</summary>
internal sealed partial class PortalClient(RunningService service) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = service.Address };

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The latest forgery token that a page brought.</summary>
    public string Token { get; set; } = "";

    public Task<Page> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Page> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("antiforgery", Token)]),
    });

    public Task<Page> PostJsonAsync(string path, object body) => PostJsonAsync(path, JsonSerializer.Serialize(body, JsonSerializerOptions.Web));

    /// <summary>To the letter.</summary>
    public Task<Page> PostJsonAsync(string path, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("RequestVerificationToken", Token);
        return SendAsync(request);
    }

    /// <summary>From the start to the page for the new password.</summary>
    public async Task ProveAsync(string name)
    {
        await GetAsync("/");
        await PostAsync("/", ("Name", name));
        await GetAsync("/code");
        await PostAsync("/code", ("Code", (await service.ReadCodeAsync())!));
        await GetAsync("/password");
    }

    public void Dispose() => http.Dispose();

    private async Task<Page> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            // As a proxy that ends TLS says it.
            request.Headers.Add("X-Forwarded-Proto", "https");
            if (Cookies.Count > 0)
            {
                request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => cookie.Key + "=" + cookie.Value)));
            }

            using var reply = await http.SendAsync(request);
            var page = new Page(reply, await reply.Content.ReadAsStringAsync());
            foreach (var cookie in page.SetCookies)
            {
                var parts = cookie.Split(';')[0].Split('=', 2);
                Cookies[parts[0]] = parts[1];
            }

            Token = FindToken().Match(page.Text) is { Success: true } token ? WebUtility.HtmlDecode(token.Groups["value"].Value) : Token;
            return page;
        }
    }

    [GeneratedRegex("""(name="antiforgery" type="hidden" value|data-antiforgery)="(?<value>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FindToken();
}

/// <summary>What a page came back with.</summary>
internal sealed class Page(HttpResponseMessage reply, string text)
{
    public HttpStatusCode Status { get; } = reply.StatusCode;

    /// <summary>As it reads, with entities resolved.</summary>
    public string Text { get; } = WebUtility.HtmlDecode(text);

    public string Raw { get; } = text;

    public string? Location { get; } = reply.Headers.Location?.ToString();

    public string? ContentType { get; } = reply.Content.Headers.ContentType?.MediaType;

    public IReadOnlyList<string> SetCookies { get; } = reply.Headers.TryGetValues("Set-Cookie", out var values) ? [.. values] : [];

    public string Header(string name) => reply.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
