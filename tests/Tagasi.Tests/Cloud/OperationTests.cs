using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>What a proven person can ask for besides a reset.</summary>
public sealed class OperationTests
{
    private const string Name = "anna@north.example";

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(Operation.Change, "Change password (self-service)")]
    [InlineData(Operation.ForcedChange, "Change password (self-service)")]
    [InlineData(Operation.Unlock, "Unlock user account (self-service)")]
    public async Task An_operation_reaches_the_agent_under_its_own_ticket_and_is_audited_under_its_own_name(Operation operation, string activity)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        await AllowUnlockAsync(service);
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);

        var issued = await service.NewPassword.IssueTicketAsync(session, operation, None);
        Assert.Null(issued.Problem);
        var envelope = operation is Operation.Unlock ? null : EnvelopeSealer.Seal("Neu und lang genug 1", "Alt und bekannt 0", new SignedTicket(issued.Ticket!).Hash, issued.Recipients);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, envelope, None)).Step);

        var order = Assert.Single(agent.Orders);
        Assert.Equal(operation is Operation.Unlock, order.Envelope is null);
        Assert.Contains(await service.AuditAsync(), e => e.Activity == activity && e is { IsSuccess: true, Actor: Name });
        Assert.Equal(operation, (await service.Recovery.ViewAsync(session, None))!.Applied);
    }

    [Fact]
    public async Task Unlocking_alone_is_off_until_the_tenant_allows_it_and_the_page_does_not_offer_it()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        agent.OnPreflight = _ => Task.FromResult(new PreflightReply(null, new PolicyRules(10, true, 5, TimeSpan.Zero), null, [], agent.Opener.PublicKey, new AccountState(true, false)));
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);

        Assert.False((await service.NewPassword.PreflightAsync(session, None)).CanUnlock);
        Assert.Equal(Problems.UnlockNotAllowed, (await service.NewPassword.IssueTicketAsync(session, Operation.Unlock, None)).Problem);
        await AllowUnlockAsync(service);
        Assert.True((await service.NewPassword.PreflightAsync(session, None)).CanUnlock);
        Assert.Null((await service.NewPassword.IssueTicketAsync(session, Operation.Unlock, None)).Problem);
    }

    [Fact]
    public async Task Who_is_locked_out_can_be_unlocked_though_the_password_is_too_young_to_be_set()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        await AllowUnlockAsync(service);
        agent.OnPreflight = _ => Task.FromResult(new PreflightReply(Problems.PasswordTooRecent.Code, null, null, [], agent.Opener.PublicKey, new AccountState(true, false)));
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);

        var view = await service.NewPassword.PreflightAsync(session, None);
        Assert.Equal((Problems.PasswordTooRecent, true), (view.Problem, view.CanUnlock));
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Unlock, None);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, null, None)).Step);
    }

    [Theory]
    [InlineData(Operation.Reset, true)]
    [InlineData(Operation.Unlock, false)]
    public async Task A_ticket_is_not_carried_out_with_what_it_is_not_for(Operation operation, bool isWithout)
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        await AllowUnlockAsync(service);
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);
        var issued = await service.NewPassword.IssueTicketAsync(session, operation, None);
        var envelope = isWithout ? null : EnvelopeSealer.Seal("Neu und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients);

        Assert.Equal(Problems.TicketInvalid, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, envelope, None)).Problem);
        Assert.Empty(agent.Orders);
    }

    [Fact]
    public async Task A_wrong_current_password_leaves_the_person_where_they_can_try_again_or_reset()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Refused, Problems.CurrentPasswordWrong));
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Change, None);
        var envelope = EnvelopeSealer.Seal("Neu und lang genug 1", "falsch", new SignedTicket(issued.Ticket!).Hash, issued.Recipients);

        Assert.Equal(new OutcomeView(RecoveryStep.Proven, Problems.CurrentPasswordWrong, null), await service.NewPassword.SubmitAsync(session, issued.Ticket!, envelope, None));
        Assert.Null((await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None)).Problem);
    }

    [Fact]
    public async Task An_agent_of_version_1_still_resets_and_is_asked_for_nothing_that_it_does_not_know()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ScriptedAgent.EnrolAsync(service, version: 1);
        Assert.True((await agent.ConnectAsync(1)).Accepted);
        bool? asked = true;
        agent.OnPreflight = request =>
        {
            asked = request.WithState;
            return Task.FromResult(new PreflightReply(null, new PolicyRules(10, true, 5, TimeSpan.Zero), null, [], agent.Opener.PublicKey));
        };
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);

        Assert.False((await service.NewPassword.PreflightAsync(session, None)).CanChange);
        Assert.Null(asked);
        Assert.Equal(Problems.OperationUnsupported, (await service.NewPassword.IssueTicketAsync(session, Operation.Change, None)).Problem);
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Reset, None);
        var envelope = EnvelopeSealer.Seal("Neu und lang genug 1", new SignedTicket(issued.Ticket!).Hash, issued.Recipients);
        Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, envelope, None)).Step);
    }

    [Fact]
    public async Task An_unlock_that_is_not_allowed_any_more_does_not_happen_whatever_ticket_there_is()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await ConnectAsync(service);
        await AllowUnlockAsync(service);
        await service.AddUserAsync(Name);
        var session = await service.ProveAsync(Name);
        var issued = await service.NewPassword.IssueTicketAsync(session, Operation.Unlock, None);
        await AllowUnlockAsync(service, false);

        Assert.Equal(Problems.UnlockNotAllowed, (await service.NewPassword.SubmitAsync(session, issued.Ticket!, null, None)).Problem);
        Assert.Empty(agent.Orders);
    }

    private static async Task<ScriptedAgent> ConnectAsync(RunningService service)
    {
        var agent = await ScriptedAgent.EnrolAsync(service);
        Assert.True((await agent.ConnectAsync()).Accepted);
        return agent;
    }

    private static async Task AllowUnlockAsync(RunningService service, bool isAllowed = true)
    {
        await using var db = await service.OpenAsync();
        await db.Tenants.Where(tenant => tenant.Id == service.TenantId).ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.AllowsUnlock, isAllowed), None);
    }
}
