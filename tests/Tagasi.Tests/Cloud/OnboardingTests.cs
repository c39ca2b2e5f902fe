using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>What holds when a tenant's writeback is enabled and disabled, at every point where a request can be.</summary>
public sealed class OnboardingTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public void A_new_tenant_is_disabled_writes_passwords_once_enabled_and_does_not_unlock_alone()
    {
        var tenant = new Tenant { Name = "New" };
        Assert.Equal((false, 0L, true, false), (tenant.IsWritebackEnabled, tenant.Epoch, tenant.WritesPasswords, tenant.AllowsUnlock));
    }

    [Fact]
    public async Task Each_enabling_makes_the_epoch_grow_and_the_audit_log_says_who()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();

        Assert.False((await service.Onboarding.EnableAsync(administrator, None)).IsChanged);
        Assert.True((await service.Onboarding.DisableAsync(administrator, None)).IsChanged);
        Assert.False((await service.Onboarding.DisableAsync(administrator, None)).IsChanged);
        var enabled = await service.Onboarding.EnableAsync(administrator, None);

        Assert.Equal((true, 2L), (enabled.State!.IsEnabled, enabled.State.Epoch));
        var audit = (await service.AuditAsync()).Where(e => e.Activity.StartsWith("Writeback", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Writeback disabled", "Writeback enabled"], audit.Select(e => e.Activity));
        Assert.All(audit, e => Assert.Equal((true, "admin@tagasi.example"), (e.IsSuccess, e.Actor)));
        Assert.Contains("mends a key mismatch", audit[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connected_agents_are_told_at_once_and_get_requests_with_a_new_key()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var before = agent.Opener.PublicKey.KeyId;

        await service.Onboarding.DisableAsync(administrator, None);
        await service.Onboarding.EnableAsync(administrator, None);
        await TellsAsync(service, agent, new OnboardingState(false, 1), new OnboardingState(true, 2));
        Assert.Equal(Problems.AgentOffline, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);

        Assert.True((await agent.BringKeyAsync(2)).Accepted);
        Assert.Equal([agent.Opener.PublicKey.KeyId], (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Recipients.Select(key => key.KeyId));
        Assert.NotEqual(before, agent.Opener.PublicKey.KeyId);
        Assert.True(agent.IsConnected);
    }

    [Fact]
    public async Task What_another_process_changes_agents_are_told_within_seconds()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.ChangeTenantElsewhereAsync(tenant => tenant.Epoch = 7);
        await service.UntilAsync(() => Task.FromResult(agent.News.Contains(new OnboardingState(true, 7))));
    }

    [Fact]
    public async Task Once_disabled_nobody_gets_rules_or_a_ticket()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        await service.ChangeTenantElsewhereAsync(tenant => tenant.IsWritebackEnabled = false);

        Assert.Equal(Problems.WritebackDisabled, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        Assert.Equal(Problems.WritebackDisabled, (await service.NewPassword.PreflightAsync(session, None)).Problem);
        Assert.Equal(RecoveryStep.Ended, (await service.Recovery.ViewAsync(session, None))!.Step);
        Assert.Contains(await service.AuditAsync(), e => e is { Problem: "writeback-disabled", Actor: "anna@north.example" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ticket_from_before_the_disabling_is_refused_whichever_process_disabled(bool isToggle)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        await service.ChangeTenantElsewhereAsync(tenant => (tenant.IsWritebackEnabled, tenant.WritesPasswords) = (isToggle, !isToggle));

        Assert.Equal(Problems.WritebackDisabled, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Problem);
        Assert.Empty(agent.Orders);
    }

    [Fact]
    public async Task A_ticket_of_an_earlier_epoch_is_not_carried_out_and_another_try_is()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        await service.ChangeTenantElsewhereAsync(tenant => tenant.Epoch = 2);

        // The agent still stands there with its old key.
        Assert.Equal(new OutcomeView(RecoveryStep.Proven, Problems.NotCarriedOut, null), await service.NewPassword.SubmitAsync(session, ticket, envelope, None));
        Assert.Empty(agent.Orders);
        await agent.BringKeyAsync(2);
        (ticket, envelope) = await SealAsync(service, session);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
    }

    [Theory]
    [InlineData(Outcome.Applied, RecoveryStep.Applied)]
    [InlineData(Outcome.Refused, RecoveryStep.Ended)]
    public async Task Disabling_ends_a_lease_and_the_agents_word_on_it_is_what_is_recorded(Outcome truth, object told)
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        var answer = new TaskCompletionSource<string>();
        agent.OnCarryOut = _ => answer.Task;
        agent.OnEndLease = request => Task.FromResult(agent.Answer(request.Ticket, truth, truth is Outcome.Refused ? Problems.WritebackDisabled : null));
        var running = service.NewPassword.SubmitAsync(session, ticket, envelope, None);
        await service.UntilAsync(() => Task.FromResult(agent.Orders.Count == 1), TimeSpan.FromMilliseconds(1));

        await service.Onboarding.DisableAsync(administrator, None);
        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step == (RecoveryStep)told, TimeSpan.FromMilliseconds(1));

        Assert.Equal(ticket, Assert.Single(agent.Ended).Ticket);
        answer.SetResult(agent.Answer(ticket, truth, truth is Outcome.Refused ? Problems.WritebackDisabled : null));
        Assert.Equal((RecoveryStep)told, (await running).Step);
        Assert.Single(await service.AuditAsync(), e => e.Activity == "Reset password (self-service)");
    }

    [Fact]
    public async Task A_lease_that_was_ended_by_disabling_and_enabling_anew_leaves_the_person_free_to_try_again()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.WritebackDisabled));
        Assert.Equal(new OutcomeView(RecoveryStep.Proven, Problems.NotCarriedOut, null), await service.NewPassword.SubmitAsync(session, ticket, envelope, None));
    }

    [Fact]
    public async Task The_toggle_for_passwords_works_at_once_and_without_the_agent()
    {
        await using var service = await RunningService.StartAsync();
        var administrator = await service.AddAdministratorAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");

        await service.Onboarding.SetAsync(administrator, writesPasswords: false, allowsUnlock: null, None);
        Assert.Equal(Problems.WritebackDisabled, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        var set = await service.Onboarding.SetAsync(administrator, writesPasswords: true, allowsUnlock: true, None);
        Assert.Null((await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);

        Assert.Equal((true, 1L, true, true), (set.State!.IsEnabled, set.State.Epoch, set.State.WritesPasswords, set.State.AllowsUnlock));
        Assert.Empty(agent.News);
    }

    [Fact]
    public async Task An_agent_that_was_revoked_a_moment_ago_gets_nothing_though_its_connection_still_stands()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        await using (var db = await service.OpenAsync())
        {
            await db.Agents.ExecuteUpdateAsync(set => set.SetProperty(a => a.RevokedAt, service.Time.GetUtcNow()), None);
        }

        Assert.Equal(RecoveryStep.Proven, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
        Assert.Empty(agent.Orders);
        Assert.Equal(Problems.AgentUnknown.Code, (await agent.SayHelloAsync(1)).Problem);
    }

    [Fact]
    public async Task A_domain_that_an_agent_serves_later_needs_neither_enrolment_nor_enabling()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        var key = agent.Opener.PublicKey.KeyId;
        await agent.DisconnectAsync();
        Assert.True((await agent.ConnectAsync(domains: ["north.example", "south.example"])).Accepted);
        await service.AddUserAsync("sten@north.example");
        await using (var db = await service.OpenAsync())
        {
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.Domain, "south.example"), None);
        }

        var session = await service.ProveAsync("sten@north.example");
        Assert.Equal([key], (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Recipients.Select(recipient => recipient.KeyId));
        Assert.Empty(agent.News);
    }

    private static async Task<ScriptedAgent> ConnectedAgentAsync(RunningService service)
    {
        var agent = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await agent.ConnectAsync()).Accepted);
        return agent;
    }

    // The clock stands: nothing but the change itself can have told them.
    private static async Task TellsAsync(RunningService service, ScriptedAgent agent, params OnboardingState[] states)
    {
        await service.UntilAsync(() => Task.FromResult(agent.News.Count >= states.Length), TimeSpan.Zero);
        Assert.Equal(states, agent.News);
    }

    private static async Task<(string Ticket, Envelope Envelope)> SealAsync(RunningService service, string session)
    {
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None);
        Assert.Null(issued.Problem);
        return (issued.Ticket!, EnvelopeSealer.Seal("Geheim und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients));
    }
}
