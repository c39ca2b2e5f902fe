using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Tagasi.Cloud.Administration;
using Tagasi.Cloud.Administrators;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>A cloud administrator signs in and resets; nobody else does.</summary>
public sealed class AdministrationTests
{
    internal const string Name = "admin@tagasi.example";
    internal const string Password = "Only for the cloud 1";

    [Fact]
    public async Task An_administrator_finds_a_person_and_resets_the_password()
    {
        await using var service = await StartAsync();
        await using var agent = await ConnectAsync(service);
        var anna = await service.AddUserAsync("anna@north.example");
        using var browser = await SignInAsync(service);

        Assert.Contains("anna@north.example", (await browser.GetAsync("/admin?find=ann")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/admin/people/{anna.Id}")).Status);
        var reply = await ResetAsync(browser, anna.Id);

        Assert.Equal("applied", reply.GetProperty("state").GetString());
        var order = Assert.Single(agent.Orders);
        using var passwords = agent.Opener.Open(order.Envelope!, new SignedTicket(order.Ticket).Hash);
        Assert.True(passwords!.Fit(Operation.AdministratorReset));
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Reset password (by admin)", IsSuccess: true, Actor: Name } && e.UserId == anna.Id);
    }

    [Fact]
    public async Task A_refusal_comes_with_the_administrators_next_step()
    {
        await using var service = await StartAsync();
        await using var agent = await ConnectAsync(service);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.AccountProtected));
        var pat = await service.AddUserAsync("pat@north.example");
        using var browser = await SignInAsync(service);
        await browser.GetAsync($"/admin/people/{pat.Id}");

        var reply = await ResetAsync(browser, pat.Id);
        Assert.Equal(("refused", Problems.AccountProtected.Remedy), (reply.GetProperty("state").GetString(), reply.GetProperty("remedy").GetString()));
    }

    [Fact]
    public async Task Nobody_sees_or_resets_the_people_of_another_tenant()
    {
        await using var service = await StartAsync();
        await using var agent = await ConnectAsync(service);
        var other = await service.AddTenantAsync("South Example", "south.example");
        var bert = await service.AddUserAsync("bert@south.example", other);
        using var browser = await SignInAsync(service);

        Assert.DoesNotContain("bert", (await browser.GetAsync("/admin?find=e")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/admin/people/{bert.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostJsonAsync($"/api/admin/people/{bert.Id}/ticket", new { })).Status);
    }

    [Fact]
    public async Task A_ticket_of_another_administrator_is_not_carried_out_and_tells_nothing()
    {
        await using var service = await StartAsync();
        await using var agent = await ConnectAsync(service);
        var colleague = await service.AddAdministratorAsync("colleague@tagasi.example");
        var stranger = await service.AddAdministratorAsync("stranger@tagasi.example", await service.AddTenantAsync("South Example", "south.example"));
        var anna = await service.AddUserAsync("anna@north.example");
        using var mine = await SignInAsync(service);
        await mine.GetAsync($"/admin/people/{anna.Id}");
        var order = await SealAsync(mine, anna.Id);
        foreach (var other in new[] { colleague, stranger })
        {
            using var theirs = await SignInAsync(service, other.Administrator, other.Password);
            Assert.Contains(Problems.TicketInvalid.Code, (await theirs.PostJsonAsync("/api/admin/envelope", order)).Raw, StringComparison.Ordinal);
            Assert.Contains(Problems.TicketInvalid.Code, (await theirs.PostJsonAsync("/api/admin/outcome", new { order.Ticket })).Raw, StringComparison.Ordinal);
        }

        Assert.Empty(agent.Orders);
        Assert.Contains("applied", (await mine.PostJsonAsync("/api/admin/envelope", order)).Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong", Name)]
    [InlineData(Password, "nobody@tagasi.example")]
    [InlineData("", Name)]
    public async Task Another_name_or_password_does_not_sign_in(string password, string name)
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/admin/sign-in");
        var page = await browser.PostAsync("/admin/sign-in", ("Name", name), ("Password", password));

        Assert.True(page.Status == HttpStatusCode.OK, page.Status + page.Raw);
        Assert.Contains(Problems.AdministratorSignInFailed.Text, WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task Who_is_not_signed_in_gets_nothing()
    {
        await using var service = await StartAsync();
        var anna = await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/admin")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync($"/admin/people/{anna.Id}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostJsonAsync($"/api/admin/people/{anna.Id}/ticket", new { })).Status);
    }

    [Fact]
    public async Task An_administrator_who_is_no_more_is_signed_out_at_once()
    {
        await using var service = await StartAsync();
        using var browser = await SignInAsync(service);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin")).Status);
        await using (var db = await service.OpenAsync())
        {
            db.Administrators.RemoveRange(db.Administrators);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task Whoever_signed_in_with_a_former_password_is_signed_out_at_once()
    {
        await using var service = await StartAsync();
        using var browser = await SignInAsync(service);
        await using (var db = await service.OpenAsync())
        {
            Assert.Single(db.Administrators).PasswordHash = new PasswordHasher<CloudAdministrator>().HashPassword(null!, "Another for the cloud 2");
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task Signing_in_and_failing_to_are_in_the_audit_log()
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/admin/sign-in");
        await browser.PostAsync("/admin/sign-in", ("Name", Name), ("Password", "wrong"));
        await browser.PostAsync("/admin/sign-in", ("Name", Name), ("Password", Password));
        for (var tries = 0; (await service.AuditAsync()).Count(e => e is { Activity: "Cloud administrator signed in", Actor: Name }) < 2; tries++)
        {
            Assert.InRange(tries, 0, 100);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal([false, true], (await service.AuditAsync()).Where(e => e.Activity == "Cloud administrator signed in").Select(e => e.IsSuccess).Order());
    }

    [Fact]
    public async Task A_session_ends_after_half_an_hour_however_much_was_done_in_it()
    {
        await using var service = await StartAsync();
        using var browser = await SignInAsync(service);
        for (var minutes = 1; minutes < 30; minutes++)
        {
            service.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin")).Status);
        }

        service.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("/admin/sign-in", (await browser.GetAsync("/admin")).Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostJsonAsync($"/api/admin/people/{Guid.NewGuid()}/ticket", new { })).Status);
    }

    [Fact]
    public async Task The_eleventh_try_of_an_address_to_sign_in_within_a_minute_is_told_to_wait()
    {
        await using var service = await StartAsync();
        using var browser = new PortalClient(service);
        await browser.GetAsync("/admin/sign-in");
        for (var tries = 0; tries < 10; tries++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/admin/sign-in", ("Name", $"name{tries}@tagasi.example"), ("Password", "guess"))).Status);
        }

        // The right one too: else the answer would tell that it is right.
        var late = await browser.PostAsync("/admin/sign-in", ("Name", Name), ("Password", Password));
        Assert.Equal((HttpStatusCode.TooManyRequests, null), (late.Status, late.Location));
        Assert.Contains(Problems.TooManyRequests.Text, late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_out_is_signed_out()
    {
        await using var service = await StartAsync();
        using var browser = await SignInAsync(service);
        Assert.Equal("/admin/sign-in", (await browser.PostAsync("/admin?handler=Out")).Location);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task A_forged_request_of_an_administrators_browser_is_refused()
    {
        await using var service = await StartAsync();
        await using var agent = await ConnectAsync(service);
        var anna = await service.AddUserAsync("anna@north.example");
        using var browser = await SignInAsync(service);
        browser.Token = "";
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostJsonAsync($"/api/admin/people/{anna.Id}/ticket", new { })).Status);
    }

    [Fact]
    public async Task Without_the_setting_there_is_no_such_page()
    {
        await using var service = await RunningService.StartAsync();
        using var browser = new PortalClient(service);
        foreach (var path in new[] { "/admin", "/admin/sign-in", "/ADMIN/sign-in", $"/admin/people/{Guid.NewGuid()}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
        }
    }

    internal static async Task<RunningService> StartAsync()
    {
        var service = await RunningService.StartAsync(settings => (settings.Administration.Enabled, settings.TrustedProxies) = (true, ["127.0.0.1"]));
        await using var db = await service.OpenAsync();
        var administrator = new CloudAdministrator { TenantId = service.TenantId, Name = Name, PasswordHash = "" };
        administrator.PasswordHash = new PasswordHasher<CloudAdministrator>().HashPassword(administrator, Password);
        db.Administrators.Add(administrator);
        await db.SaveChangesAsync();
        return service;
    }

    private static async Task<ScriptedAgent> ConnectAsync(RunningService service)
    {
        var agent = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await agent.ConnectAsync()).Accepted);
        return agent;
    }

    internal static async Task<PortalClient> SignInAsync(RunningService service, string name = Name, string password = Password)
    {
        var browser = new PortalClient(service);
        await browser.GetAsync("/admin/sign-in");
        Assert.Equal("/admin", (await browser.PostAsync("/admin/sign-in", ("Name", name), ("Password", password))).Location);
        await browser.GetAsync("/admin");
        return browser;
    }

    private static async Task<JsonElement> ResetAsync(PortalClient browser, Guid userId) =>
        JsonSerializer.Deserialize<JsonElement>((await browser.PostJsonAsync("/api/admin/envelope", await SealAsync(browser, userId))).Raw);

    private static async Task<ResetSubmission> SealAsync(PortalClient browser, Guid userId)
    {
        var issued = JsonSerializer.Deserialize<JsonElement>((await browser.PostJsonAsync($"/api/admin/people/{userId}/ticket", new { })).Raw);
        var ticket = issued.GetProperty("ticket").GetString()!;
        var recipients = issued.GetProperty("recipients").Deserialize<SealingKey[]>(JsonSerializerOptions.Web)!;
        return new ResetSubmission(ticket, EnvelopeSealer.Seal("Made-in-the-browser-2", new SignedTicket(ticket).Hash, recipients));
    }
}
