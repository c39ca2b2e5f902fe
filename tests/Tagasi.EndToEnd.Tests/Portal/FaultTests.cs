using System.Text.Json.Nodes;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>Broken surroundings: what the person is told is true, and nothing is lost.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Lab.RunAsync("reset");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task While_no_agent_is_connected_the_person_is_told_and_can_go_on_when_one_is()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await product.Mailbox.ClearAsync();
        await product.Agent.DisposeAsync();
        await person.BeginAsync("anna@north.example");
        await person.EnterCodeAsync(await product.Mailbox.ReadCodeAsync("anna@recovery.example"));
        await person.SeeAsync("cannot be reached at the moment");
        Assert.Contains("agent-offline", await product.AuditAsync(), StringComparison.Ordinal);

        await product.StartAgentAsync();
        await person.Page.ClickAsync("[data-retry]");
        await person.SeeFormAsync();

        // Away once more after the rules were read: no fault of the password, which stays as it was typed.
        var departures = await CountDeparturesAsync(product);
        await product.Agent.DisposeAsync();
        await product.UntilAsync(async () => await CountDeparturesAsync(product) > departures, "the agent is gone");
        await person.ChooseAsync("Back again, and well 1");
        await person.SeeAsync("cannot be reached at the moment");
        Assert.True(await person.Page.IsVisibleAsync("[data-refused]"));
        Assert.Equal("false", await person.Page.GetAttributeAsync("#password", "aria-invalid"));

        await product.StartAgentAsync();
        await person.Page.ClickAsync("form[data-view=choose] button[type=submit]");
        await person.AtAsync("/done");
    }

    [Fact]
    public async Task An_agent_killed_in_mid_request_leaves_it_unknown_and_the_page_resolves_it_when_the_agent_is_back()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await person.ProveAsync("anna@north.example", product.Mailbox);
        await person.SeeFormAsync();
        await Lab.RunAsync("freeze", "north-dc1");
        await person.ChooseAsync("Nobody knows for a while 1");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await product.Agent.KillAsync();
        await person.SeeAsync("not known yet", timeout: 60_000);

        await Lab.RunAsync("thaw", "north-dc1");
        product.StartAgent();
        await TellsTheTruthAsync(person, "anna", "Nobody knows for a while 1");
    }

    [Fact]
    public async Task A_domain_controller_that_answers_after_the_deadline_leaves_it_unknown_until_it_can_be_looked_at()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await person.ProveAsync("anna@north.example", product.Mailbox);
        await person.SeeFormAsync();
        await Lab.RunAsync("freeze", "north-dc1");
        await person.ChooseAsync("Late but not forgotten 1");
        await person.Page.WaitForSelectorAsync("[data-view=running]:not([hidden])");
        // Longer than any deadline of the agent or the service.
        await Task.Delay(TimeSpan.FromSeconds(22), TestContext.Current.CancellationToken);
        await Lab.RunAsync("thaw", "north-dc1");

        await TellsTheTruthAsync(person, "anna", "Late but not forgotten 1");
    }

    [Theory]
    [InlineData("freeze")]
    [InlineData("stop")]
    public async Task A_domain_controller_that_is_away_is_a_clear_problem_within_the_deadline(string verb)
    {
        await using var product = await RunningProduct.StartAsync();
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await Lab.RunAsync(verb, "north-dc1");
        await product.Mailbox.ClearAsync();
        await person.BeginAsync("anna@north.example");
        await person.EnterCodeAsync(await product.Mailbox.ReadCodeAsync("anna@recovery.example"));
        await person.SeeAsync("cannot be reached at the moment", timeout: 20_000);
        Assert.Matches("directory-unavailable|agent-timeout", await product.AuditAsync());

        await Lab.RunAsync(verb == "freeze" ? "thaw" : "start", "north-dc1");
        await person.Page.ClickAsync("[data-retry]");
        await person.ChooseAsync("The controller is back 1");
        await person.AtAsync("/done");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_and_named()
    {
        await using var product = await StartThenSpoilAsync(domain => domain["authority"] = Lab.Value("TAGASI_LAB_PKI") + "/other-ca.pem");
        await using var person = await PortalBrowser.OpenAsync(product.Address);
        await product.Mailbox.ClearAsync();
        await person.BeginAsync("anna@north.example");
        await person.EnterCodeAsync(await product.Mailbox.ReadCodeAsync("anna@recovery.example"));

        await person.SeeAsync("cannot be reached securely");
        Assert.Contains("directory-untrusted", await product.AuditAsync(), StringComparison.Ordinal);
        var doctor = await product.DoctorAsync();
        Assert.Equal(1, doctor.Code);
        Assert.Contains("authority", doctor.Output, StringComparison.OrdinalIgnoreCase);
    }

    // The import needs a sound directory; what is to be broken is broken afterwards.
    private static async Task<RunningProduct> StartThenSpoilAsync(Action<JsonObject> spoil)
    {
        var product = await RunningProduct.StartAsync();
        await product.Agent.DisposeAsync();
        product.ChangeAgentSettings(settings => spoil(settings["domains"]![0]!.AsObject()));
        product.StartAgent();
        await product.Agent.UntilSaysAsync("ready for requests", TimeSpan.FromSeconds(40));
        return product;
    }

    private static async Task<int> CountDeparturesAsync(RunningProduct product) => (await product.AuditAsync()).Split("Agent disconnected").Length;

    // Whatever the page says in the end, the domain controller says the same.
    private static async Task TellsTheTruthAsync(PortalBrowser person, string account, string password)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await person.Page.EvaluateAsync<bool>("location.pathname === '/done' || document.querySelector('form[data-view=choose]')?.hidden === false"))
        {
            await Task.Delay(200, patience.Token);
        }

        var isApplied = person.Page.Url.EndsWith("/done", StringComparison.Ordinal);
        Assert.Equal(isApplied, await Lab.CanLogOnAsync(account, password));
    }
}
