using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>When the service ends a lease nothing new begins, and what has begun is told as it ends.</summary>
public sealed class LeaseEndTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task A_request_whose_lease_ended_before_it_came_is_never_carried_out()
    {
        var order = agent.Order();
        var ended = await agent.Runner.EndLeaseAsync(new ResolveRequest(order.Ticket));
        Assert.Equal((Outcome.Refused, Problems.WritebackDisabled.Code), (agent.Read(ended).Outcome, agent.Read(ended).Problem));
        agent.Start();
        Assert.Equal(ended, await agent.Runner.CarryOutAsync(order));
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_request_that_has_not_begun_to_write_does_not_begin()
    {
        var read = new TaskCompletionSource();
        agent.Directory.ReadGate = read.Task;
        var order = agent.Order();
        var running = agent.Runner.CarryOutAsync(order);
        var ended = agent.Runner.EndLeaseAsync(new ResolveRequest(order.Ticket));
        read.SetResult();

        Assert.Equal(Problems.WritebackDisabled.Code, agent.Read(await running).Problem);
        Assert.Equal(await running, await ended);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_request_that_waits_for_the_disk_does_not_begin_to_write_either()
    {
        var written = new TaskCompletionSource();
        var order = agent.Order();
        agent.Disk.BeforeAppend = () => written.Task;
        var running = agent.Runner.CarryOutAsync(order);
        var ended = agent.Runner.EndLeaseAsync(new ResolveRequest(order.Ticket));
        written.SetResult();

        Assert.Equal(Problems.WritebackDisabled.Code, agent.Read(await running).Problem);
        Assert.Equal(await running, await ended);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_write_that_has_begun_takes_its_course()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var order = agent.Order();
        var running = agent.Runner.CarryOutAsync(order);
        var ended = agent.Runner.EndLeaseAsync(new ResolveRequest(order.Ticket));
        Assert.False(ended.IsCompleted);
        written.SetResult();

        Assert.Equal(Outcome.Applied, agent.Read(await ended).Outcome);
        Assert.Equal(await running, await ended);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_ticket_of_another_service_ends_nothing()
    {
        using var other = new ScriptedAgent();
        Assert.Equal(Problems.TicketInvalid.Code, agent.Read(await agent.Runner.EndLeaseAsync(new ResolveRequest(other.Order().Ticket))).Problem);
    }
}
