using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>What becomes of requests whose answer never came.</summary>
public sealed class RequestResolverTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_agent_that_never_answers_keeps_nobody_elses_outcome_from_being_found()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await NewPasswordTests.ConnectedAgentAsync(service);
        await using var silent = await ScriptedAgent.EnrolAsync(service, await service.AddTenantAsync("South", "south.example"));
        Assert.True((await silent.ConnectAsync()).Accepted);
        var user = await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (ticket, envelope) = await NewPasswordTests.SealAsync(service, session);
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Unknown));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Unknown));
        silent.OnResolve = _ => new TaskCompletionSource<string>().Task;
        Assert.Equal(RecoveryStep.Unknown, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
        await using (var db = await service.OpenAsync())
        {
            var later = service.Time.GetUtcNow() + TimeSpan.FromSeconds(1);
            db.WritebackRequests.AddRange(Enumerable.Range(0, 300).Select(number => new WritebackRequest
            {
                Id = Guid.NewGuid(),
                TenantId = silent.Admission.TenantId,
                UserId = user.Id,
                AskedBy = "",
                Domain = "south.example",
                Epoch = 1,
                Operation = Operation.Reset,
                Ticket = $"ticket {number}",
                TicketHash = [1, 2, 3, 4, (byte)(number / 256), (byte)number],
                NotAfter = later,
                State = RequestState.Unknown,
                AgentId = silent.Admission.AgentId,
                LeasedAt = later,
            }));
            await db.SaveChangesAsync(None);
        }

        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Applied));
        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step == RecoveryStep.Applied);
    }

    [Fact]
    public async Task A_request_that_a_stopped_service_left_behind_is_resolved_by_the_next()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await NewPasswordTests.ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        await NewPasswordTests.SealAsync(service, session);
        await using (var db = await service.OpenAsync())
        {
            await db.RecoverySessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.Step, RecoveryStep.Running), None);
            await db.WritebackRequests.ExecuteUpdateAsync(
                set => set.SetProperty(r => r.State, RequestState.Leased).SetProperty(r => r.AgentId, agent.Admission.AgentId).SetProperty(r => r.LeasedAt, service.Time.GetUtcNow()), None);
        }

        await service.UntilAsync(async () => (await service.NewPassword.OutcomeAsync(session, None)).Step == RecoveryStep.Applied);
        Assert.Empty(agent.Orders);
    }

    [Fact]
    public async Task A_request_that_nobody_leased_leaves_alone_what_another_of_the_same_recovery_comes_to()
    {
        await using var service = await RunningService.StartAsync();
        await using var agent = await NewPasswordTests.ConnectedAgentAsync(service);
        await service.AddUserAsync("anna@north.example");
        var session = await service.ProveAsync("anna@north.example");
        var (first, envelope) = await NewPasswordTests.SealAsync(service, session);
        var (second, _) = await NewPasswordTests.SealAsync(service, session);
        var answer = new TaskCompletionSource<string>();
        agent.OnCarryOut = _ => answer.Task;
        var running = service.NewPassword.SubmitAsync(session, first, envelope, None);
        await service.UntilAsync(() => Task.FromResult(agent.Orders.Count == 1), TimeSpan.Zero);

        await using var db = await service.OpenAsync();
        var other = await db.WritebackRequests.AsNoTracking().SingleAsync(r => r.Ticket == second, None);
        var strange = envelope with { Keys = [.. envelope.Keys.Select(key => key with { KeyId = "AAAAAAAAAAAAAAAAAAAAAA" })] };
        Assert.Equal(Problems.AgentOffline, (await service.Services.GetRequiredService<RequestRunner>().CarryOutAsync(other, strange))?.Problem);
        Assert.Equal(RecoveryStep.Running, (await service.NewPassword.OutcomeAsync(session, None)).Step);

        answer.SetResult(agent.Answer(first, Outcome.Applied));
        Assert.Equal(RecoveryStep.Applied, (await running).Step);
    }
}
