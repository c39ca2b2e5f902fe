using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Tagasi.Cloud.Administrators;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>A cloud administrator signs in and resets; nobody else does.</summary>
public sealed class AdministrationTests
{
    private const string Name = "admin@tagasi.example";
    private const string Password = "Only for the cloud 1";

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

    private static async Task<RunningService> StartAsync()
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

    private static async Task<PortalClient> SignInAsync(RunningService service)
    {
        var browser = new PortalClient(service);
        await browser.GetAsync("/admin/sign-in");
        Assert.Equal("/admin", (await browser.PostAsync("/admin/sign-in", ("Name", Name), ("Password", Password))).Location);
        await browser.GetAsync("/admin");
        return browser;
    }

    private static async Task<JsonElement> ResetAsync(PortalClient browser, Guid userId)
    {
        var issued = JsonSerializer.Deserialize<JsonElement>((await browser.PostJsonAsync($"/api/admin/people/{userId}/ticket", new { })).Raw);
        var ticket = issued.GetProperty("ticket").GetString()!;
        var recipients = issued.GetProperty("recipients").Deserialize<SealingKey[]>(JsonSerializerOptions.Web)!;
        var envelope = EnvelopeSealer.Seal("Made-in-the-browser-2", new SignedTicket(ticket).Hash, recipients);
        return JsonSerializer.Deserialize<JsonElement>((await browser.PostJsonAsync("/api/admin/envelope", new { ticket, envelope })).Raw);
    }
}
