using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>From the proven person to the outcome.</summary>
public sealed class NewPasswordTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_reset_reaches_the_agent_once_and_is_told_as_the_agent_told_it()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        var user = await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");

        var preflight = await service.NewPassword.PreflightAsync(session, None);
        var (ticket, envelope) = await SealAsync(service, session);
        var outcome = await service.NewPassword.SubmitAsync(session, ticket, envelope, None);

        Assert.Equal(10, preflight.Policy!.MinimumLength);
        Assert.Equal(RecoveryStep.Applied, outcome.Step);
        var order = Assert.Single(agent.Orders);
        using var passwords = agent.Opener.Open(order.Envelope!, new SignedTicket(order.Ticket).Hash);
        Assert.Equal("Geheim und lang genug 1"u8.ToArray().Length * 2, passwords!.New!.Utf16.Length);
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Reset password (self-service)", IsSuccess: true, Actor: "anna@north.example" } && e.UserId == user.Id);
    }

    [Fact]
    public async Task A_refusal_that_another_password_mends_leaves_the_person_proven()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.PasswordInHistory));
        var (ticket, envelope) = await SealAsync(service, session);

        Assert.Equal(new OutcomeView(RecoveryStep.Proven, Problems.PasswordInHistory, null), await service.NewPassword.SubmitAsync(session, ticket, envelope, None));

        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Applied));
        (ticket, envelope) = await SealAsync(service, session);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
    }

    [Fact]
    public async Task A_refusal_that_nothing_mends_ends_the_recovery()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("pat@north.example");
        var session = await service.ProveAsync("pat@north.example");
        agent.OnPreflight = _ => Task.FromResult(new PreflightReply(Problems.AccountProtected.Code, null, null, [], agent.Opener.PublicKey));

        Assert.Equal(Problems.AccountProtected, (await service.NewPassword.PreflightAsync(session, None)).Problem);
        Assert.Equal(RecoveryStep.Ended, (await service.Recovery.ViewAsync(session, None))!.Step);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        Assert.Contains(await service.AuditAsync(), e => e is { Problem: "account-protected", IsSuccess: false });
    }

    [Fact]
    public async Task Without_an_agent_nothing_is_sealed_and_the_person_may_try_again()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");

        Assert.Equal(Problems.AgentOffline, (await service.NewPassword.PreflightAsync(session, None)).Problem);
        Assert.Equal(Problems.AgentOffline, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        Assert.Equal(RecoveryStep.Proven, (await service.Recovery.ViewAsync(session, None))!.Step);
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_the_preflight_is_a_problem_within_the_deadline()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var never = new TaskCompletionSource<PreflightReply>();
        agent.OnPreflight = _ => never.Task;

        var preflight = service.NewPassword.PreflightAsync(session, None);
        await service.UntilAsync(() => Task.FromResult(preflight.IsCompleted));
        Assert.Equal(Problems.AgentTimeout, (await preflight).Problem);
        never.SetCanceled(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(Outcome.Applied, "Applied")]
    [InlineData(Outcome.Refused, "Proven")]
    public async Task An_agent_that_dies_in_mid_request_leaves_it_unknown_until_it_is_back(Outcome truth, string told)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = async order =>
        {
            _ = agent.DisconnectAsync();
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return "";
        };
        var (ticket, envelope) = await SealAsync(service, session);
        var submit = service.NewPassword.SubmitAsync(session, ticket, envelope, None);
        await service.UntilAsync(() => Task.FromResult(submit.IsCompleted));

        Assert.Equal(new OutcomeView(RecoveryStep.Unknown, Problems.OutcomeUnknown, null), await submit);
        Assert.Contains(await service.AuditAsync(), e => e is { Problem: "outcome-unknown" });

        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, truth, truth == Outcome.Refused ? Problems.NotCarriedOut : null));
        await agent.ConnectAsync();
        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step.ToString() == told);
        Assert.Single(agent.Orders);
    }

    [Fact]
    public async Task An_answer_that_another_key_signed_is_not_believed()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await using var other = await ScriptedAgent.EnrolAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Applied, signer: other.Identity));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Unknown));
        var (ticket, envelope) = await SealAsync(service, session);

        Assert.Equal(RecoveryStep.Unknown, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
    }

    [Fact]
    public async Task An_answer_to_another_request_is_not_believed()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        await service.AddUserAsync("bert@north.example");
        var anna = await service.ProveAsync("anna@north.example");
        var bert = await service.ProveAsync("bert@north.example");
        var (first, firstEnvelope) = await SealAsync(service, anna);
        await service.NewPassword.SubmitAsync(anna, first, firstEnvelope, None);
        agent.OnCarryOut = _ => Task.FromResult(agent.Answer(first, Outcome.Applied));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Unknown));
        var (ticket, envelope) = await SealAsync(service, bert);

        Assert.Equal(RecoveryStep.Unknown, (await service.NewPassword.SubmitAsync(bert, ticket, envelope, None)).Step);
    }

    [Fact]
    public async Task What_is_recorded_as_applied_or_refused_stays_whatever_is_recorded_later()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        await service.NewPassword.SubmitAsync(session, ticket, envelope, None);
        await using var db = await service.OpenAsync();
        var request = await db.WritebackRequests.AsNoTracking().SingleAsync(None);
        var outcomes = (RequestOutcomes)service.Services.GetService(typeof(RequestOutcomes))!;

        // The silence of a call that ended late, an answer that came twice, and one of another kind.
        Assert.Null(await outcomes.RecordUnknownAsync(request));
        Assert.Null(await outcomes.RecordAsync(request, agent.Answer(ticket, Outcome.Applied)));
        Assert.Null(await outcomes.RecordAsync(request, agent.Answer(ticket, Outcome.Refused, Problems.AccountDisabled)));

        Assert.Equal(RequestState.Applied, (await db.WritebackRequests.AsNoTracking().SingleAsync(None)).State);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.OutcomeAsync(session, None)).Step);
    }

    [Fact]
    public async Task A_double_click_makes_one_order()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => service.NewPassword.SubmitAsync(session, ticket, envelope, None)));

        Assert.Single(agent.Orders);
        Assert.All(outcomes, outcome => Assert.Contains(outcome.Step, new[] { RecoveryStep.Running, RecoveryStep.Applied }));
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.OutcomeAsync(session, None)).Step);
    }

    [Fact]
    public async Task A_ticket_of_another_session_is_not_carried_out()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        await service.AddUserAsync("bert@north.example");
        var anna = await service.ProveAsync("anna@north.example");
        var bert = await service.ProveAsync("bert@north.example");
        var (ticket, envelope) = await SealAsync(service, anna);

        Assert.Equal(RecoveryStep.Proven, (await service.NewPassword.SubmitAsync(bert, ticket, envelope, None)).Step);
        Assert.Empty(agent.Orders);
    }

    [Fact]
    public async Task A_ticket_is_not_handed_on_after_its_time()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);
        service.Time.Advance(Ticket.Lifetime + TimeSpan.FromSeconds(1));

        Assert.Equal(new OutcomeView(RecoveryStep.Proven, Problems.TicketExpired, null), await service.NewPassword.SubmitAsync(session, ticket, envelope, None));
        Assert.Empty(agent.Orders);
    }

    [Fact]
    public async Task Of_two_tickets_for_one_account_one_is_leased_at_a_time()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var phone = await service.ProveAsync("anna@north.example");
        var computer = await service.ProveAsync("anna@north.example");
        var (first, firstEnvelope) = await SealAsync(service, phone);
        var (second, secondEnvelope) = await SealAsync(service, computer);
        var answer = new TaskCompletionSource<string>();
        agent.OnCarryOut = _ => answer.Task;
        var running = service.NewPassword.SubmitAsync(phone, first, firstEnvelope, None);
        await service.UntilAsync(() => Task.FromResult(agent.Orders.Count == 1), TimeSpan.FromMilliseconds(1));

        Assert.Equal(RecoveryStep.Proven, (await service.NewPassword.SubmitAsync(computer, second, secondEnvelope, None)).Step);
        answer.SetResult(agent.Answer(first, Outcome.Applied));
        Assert.Equal(RecoveryStep.Applied, (await running).Step);
        Assert.Single(agent.Orders);
    }

    [Fact]
    public async Task Who_waited_for_an_outcome_past_the_sessions_time_still_reads_it()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Unknown));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Unknown));
        var (ticket, envelope) = await SealAsync(service, session);
        await service.NewPassword.SubmitAsync(session, ticket, envelope, None);
        service.Time.Advance(RecoverySession.Lifetime + TimeSpan.FromMinutes(5));

        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Applied));
        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step == RecoveryStep.Applied);
    }

    [Fact]
    public async Task A_recovery_ends_at_its_time_however_often_somebody_tries()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.EnvelopeUnreadable));
        for (var i = 0; i < 4; i++)
        {
            var (ticket, envelope) = await SealAsync(service, session);
            service.Time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(RecoveryStep.Proven, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
            service.Time.Advance(TimeSpan.FromSeconds(185));
        }

        var (last, sealedLast) = await SealAsync(service, session);
        service.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Problems.EnvelopeUnreadable, (await service.NewPassword.OutcomeAsync(session, None)).Problem);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.SubmitAsync(session, last, sealedLast, None)).Problem);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        Assert.Equal(4, agent.Orders.Count);
    }

    [Fact]
    public async Task An_altered_ticket_is_refused_and_the_audit_log_has_it()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await SealAsync(service, session);

        Assert.Equal(Problems.TicketInvalid, (await service.NewPassword.SubmitAsync(session, ticket[..^4] + "AAAA", envelope, None)).Problem);
        Assert.Empty(agent.Orders);
        Assert.Contains(await service.AuditAsync(), e => e is { Problem: "ticket-invalid" });
    }

    [Fact]
    public async Task An_agent_that_answers_nothing_harms_nobody_but_itself()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = _ => Task.FromResult<string>(null!);
        agent.OnResolve = _ => Task.FromResult<string>(null!);
        var (ticket, envelope) = await SealAsync(service, session);
        Assert.Equal(RecoveryStep.Unknown, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);

        for (var i = 0; i < 20; i++)
        {
            service.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Applied));
        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step == RecoveryStep.Applied);
    }

    [Fact]
    public async Task A_session_that_is_not_proven_gets_neither_rules_nor_ticket()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync("anna@north.example", None);

        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.PreflightAsync(session, None)).Problem);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.PreflightAsync(null, None)).Problem);
        Assert.Equal(Problems.SessionExpired, (await service.NewPassword.IssueTicketAsync("made up", Operation.Reset, None)).Problem);
    }

    [Fact]
    public async Task An_agent_of_another_tenant_gets_nothing()
    {
        await using var service = await RunningService.StartAsync();
        var south = await service.AddTenantAsync("South", "south.example");
        await using var stranger = await ScriptedAgent.EnrolAsync(service, south);
        Assert.True((await stranger.ConnectAsync(domains: "north.example")).Accepted);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");

        Assert.Equal(Problems.AgentOffline, (await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
    }

    [Fact]
    public async Task While_an_outcome_is_unknown_no_further_ticket_is_issued_for_the_account()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Unknown));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Unknown));
        var (ticket, envelope) = await SealAsync(service, session);
        await service.NewPassword.SubmitAsync(session, ticket, envelope, None);

        var second = await service.ProveAsync("anna@north.example");
        Assert.Equal(Problems.RequestOpen, (await service.NewPassword.IssueTicketAsync(second, Operation.Reset, None)).Problem);

        // Long after the ticket's time nothing can be written for it any more: the person is not locked out for good.
        service.Time.Advance(TimeSpan.FromMinutes(12));
        var third = await service.ProveAsync("anna@north.example");
        Assert.Null((await service.NewPassword.IssueTicketAsync(third, Operation.Reset, None)).Problem);
    }

    internal static async Task<ScriptedAgent> ConnectedAgentAsync(RunningService service)
    {
        var agent = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await agent.ConnectAsync()).Accepted);
        return agent;
    }

    internal static async Task<(string Ticket, Envelope Envelope)> SealAsync(RunningService service, string session)
    {
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None);
        Assert.Null(issued.Problem);
        return (issued.Ticket!, EnvelopeSealer.Seal("Geheim und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients));
    }
}
