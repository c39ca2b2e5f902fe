using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tagasi.Cloud.Look;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>The recovery's pages and endpoints as a browser meets them.</summary>
public sealed partial class PortalPageTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task A_reset_from_the_first_page_to_the_last()
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        await agent.ConnectAsync();
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");

        using var rules = JsonDocument.Parse((await browser.GetAsync("/api/recovery/preflight")).Raw);
        Assert.Equal(10, rules.RootElement.GetProperty("policy").GetProperty("minimumLength").GetInt32());
        Assert.Equal("/password", rules.RootElement.GetProperty("page").GetString());

        var outcome = await SealAndSendAsync(browser, "Correct horse 1");
        Assert.Equal((HttpStatusCode.OK, """{"step":"applied","page":"/done"}"""), (outcome.Status, outcome.Raw));
        Assert.Contains("has been changed", (await browser.GetAsync("/done")).Text, StringComparison.Ordinal);
        Assert.Equal("/done", (await browser.GetAsync("/password")).Location);

        // A new recovery may follow.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task One_recovery_keeps_agents_and_database_busy_only_so_often_and_holds_up_no_other()
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        await service.AddUserAsync("ben@north.example");
        using var anna = new PortalClient(service);
        await anna.ProveAsync("anna@north.example");
        using var ben = new PortalClient(service);
        await ben.ProveAsync("ben@north.example");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await anna.GetAsync("/api/recovery/preflight")).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await anna.GetAsync("/api/recovery/preflight")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ben.GetAsync("/api/recovery/preflight")).Status);
    }

    [Fact]
    public async Task A_refusal_keeps_the_person_on_the_page_with_the_reason()
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        await using var agent = await ScriptedAgent.EnrolAsync(service);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.PasswordInHistory));
        await agent.ConnectAsync();
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");

        var outcome = await SealAndSendAsync(browser, "Correct horse 1");
        using var problem = JsonDocument.Parse(outcome.Raw);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (outcome.Status, outcome.ContentType));
        Assert.Equal(
            ("password-in-history", Problems.PasswordInHistory.Text, "proven", "/password"),
            (Text(problem, "code"), Text(problem, "detail"), Text(problem, "step"), Text(problem, "page")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_writeback_is_disabled_the_first_page_says_so_for_every_name_alike(bool isEnabled)
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        await service.ChangeTenantElsewhereAsync(tenant => (tenant.IsWritebackEnabled, tenant.WritesPasswords) = (isEnabled, false));

        async Task<string> AskAsync(string name)
        {
            using var browser = new PortalClient(service);
            await browser.GetAsync("/");
            var answer = await browser.PostAsync("/", ("Name", name));
            Assert.Equal((HttpStatusCode.OK, 0), (answer.Status, answer.SetCookies.Count(cookie => cookie.StartsWith(RecoveryCookie.Name, StringComparison.Ordinal))));
            Assert.Contains(Problems.WritebackDisabled.Text, answer.Text, StringComparison.Ordinal);
            return Antiforgery().Replace(answer.Text.Replace(name, "", StringComparison.Ordinal), "");
        }

        Assert.Equal(await AskAsync("anna@north.example"), await AskAsync("none@north.example"));
        Assert.Equal(2, (await service.AuditAsync()).Count(e => e is { Activity: "Blocked from self-service password reset", Problem: "writeback-disabled", UserId: null }));

        // A domain of no tenant is treated like any other name.
        using var elsewhere = new PortalClient(service);
        await elsewhere.GetAsync("/");
        Assert.Equal("/code?sent", (await elsewhere.PostAsync("/", ("Name", "anna@nowhere.example"))).Location);
    }

    [Fact]
    public async Task The_session_is_a_host_cookie_that_no_script_and_no_other_site_gets()
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        var begun = await browser.PostAsync("/", ("Name", "anna@north.example"));

        Assert.Equal((HttpStatusCode.Redirect, "/code?sent"), (begun.Status, begun.Location));
        var cookie = Assert.Single(begun.SetCookies, cookie => cookie.StartsWith(RecoveryCookie.Name, StringComparison.Ordinal));
        Assert.Matches("^__Host-tagasi-recovery=[^;]{43}; path=/; secure; samesite=strict; httponly$", cookie);
    }

    [Fact]
    public async Task A_page_that_the_session_does_not_stand_on_leads_to_the_one_that_it_does()
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        Assert.Equal(["/", "/", "/", "/"], await LocationsAsync(browser, "/code", "/password", "/done", "/stopped"));

        await browser.GetAsync("/");
        await browser.PostAsync("/", ("Name", "anna@north.example"));
        Assert.Equal(["/code", "/code", "/code", "/code"], await LocationsAsync(browser, "/", "/password", "/done", "/stopped"));

        service.Time.Advance(RecoverySession.Lifetime);
        Assert.Equal(["/stopped", "/stopped", "/stopped"], await LocationsAsync(browser, "/code", "/password", "/done"));
        Assert.Contains(Problems.SessionExpired.Text, (await browser.GetAsync("/stopped")).Text, StringComparison.Ordinal);

        await browser.PostAsync("/again");
        Assert.Equal("", browser.Cookies[RecoveryCookie.Name]);
    }

    [Fact]
    public async Task A_browser_that_refuses_cookies_is_told_so()
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        browser.Cookies.Clear();
        var refused = await browser.PostAsync("/", ("Name", "anna@north.example"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(Problems.CookiesRefused.Text, refused.Text, StringComparison.Ordinal);

        Assert.Equal("/cookies-refused", (await browser.GetAsync("/code?sent")).Location);
        Assert.Contains(Problems.CookiesRefused.Text, (await browser.GetAsync("/cookies-refused")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/recovery/ticket")]
    [InlineData("/api/recovery/envelope")]
    public async Task A_forged_request_is_refused(string path)
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");
        browser.Token = "forged";

        var reply = await browser.PostJsonAsync(path, new { });
        using var problem = JsonDocument.Parse(reply.Raw);
        Assert.Equal((HttpStatusCode.BadRequest, "input-invalid"), (reply.Status, Text(problem, "code")));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"ticket":"a.b.c"}""")]
    [InlineData("""{"ticket":"a.b.c","envelope":{"suite":1,"body":"*","keys":[]}}""")]
    [InlineData("""{"ticket":"a.b.c","envelope":{"suite":1,"body":"AA==","keys":[]},"password":"in clear"}""")]
    public async Task What_the_page_would_not_send_is_not_read(string body)
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");

        var reply = await browser.PostJsonAsync("/api/recovery/envelope", JsonSerializer.Deserialize<JsonElement>(body));
        using var problem = JsonDocument.Parse(reply.Raw);
        Assert.Equal((HttpStatusCode.BadRequest, "input-invalid"), (reply.Status, Text(problem, "code")));
    }

    [Fact]
    public async Task What_is_no_name_and_what_is_no_code_is_said_beside_the_field_and_costs_nothing()
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        foreach (var name in (string[])["", "anna", "@", "a@", "@b", "a b@c", "a@b@c", new string('a', 1100) + "@b"])
        {
            Assert.Contains(Problems.NameInvalid.Text, (await browser.PostAsync("/", ("Name", name))).Text, StringComparison.Ordinal);
        }

        await browser.PostAsync("/", ("Name", " anna@north.example "));
        var code = await service.ReadCodeAsync();
        await browser.GetAsync("/code");
        for (var i = 0; i < 2 * RecoverySession.MaxTries; i++)
        {
            Assert.Contains("A code has 8 digits", (await browser.PostAsync("/code", ("Code", "1234567x"))).Text, StringComparison.Ordinal);
        }

        Assert.Equal("/password", (await browser.PostAsync("/code", ("Code", " " + code!.Replace(" ", "-", StringComparison.Ordinal)))).Location);
    }

    [Fact]
    public async Task A_host_name_that_a_request_made_up_is_refused()
    {
        await using var service = await RunningService.StartAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.StatusCode);
    }

    [Fact]
    public async Task The_password_fields_can_be_sent_by_nothing_but_the_script()
    {
        await using var service = await StartAsync();
        await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        await browser.ProveAsync("anna@north.example");

        var page = (await browser.GetAsync("/password")).Raw;
        Assert.Contains("<noscript>", page, StringComparison.Ordinal);
        var form = PasswordForm().Match(page).Value;
        Assert.Equal(3, Regex.Count(form, "type=\"password\""));
        Assert.DoesNotMatch(@"\s(name|action|method|value)=""(?!anna)", form);
    }

    internal static Task<RunningService> StartAsync() => RunningService.StartAsync(settings => settings.TrustedProxies = ["127.0.0.1", "::1"]);

    private static async Task<Page> SealAndSendAsync(PortalClient browser, string password)
    {
        var issued = JsonSerializer.Deserialize<TicketReply>((await browser.PostJsonAsync("/api/recovery/ticket", new { operation = "reset" })).Raw, Web)!;
        var envelope = EnvelopeSealer.Seal(password, new SignedTicket(issued.Ticket).Hash, issued.Recipients);
        return await browser.PostJsonAsync("/api/recovery/envelope", new { issued.Ticket, Envelope = envelope });
    }

    private static async Task<List<string?>> LocationsAsync(PortalClient browser, params string[] paths)
    {
        var locations = new List<string?>();
        foreach (var path in paths)
        {
            locations.Add((await browser.GetAsync(path)).Location);
        }

        return locations;
    }

    private static string? Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString();

    [GeneratedRegex("antiforgery[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Antiforgery();

    [GeneratedRegex("<form data-view=\"choose\".*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex PasswordForm();
}
