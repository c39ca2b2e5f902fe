using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>What counts towards the agent's limit of writes, and what does not.</summary>
public sealed class RateLimitTests : IDisposable
{
    private readonly ScriptedAgent agent = new(limit: 1);

    public void Dispose() => agent.Dispose();

    [Theory]
    [InlineData(Operation.Reset)]
    [InlineData(Operation.AdministratorReset)]
    [InlineData(Operation.Change)]
    [InlineData(Operation.ForcedChange)]
    [InlineData(Operation.Unlock)]
    public async Task Every_operation_that_writes_counts_also_over_a_restart(Operation operation)
    {
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(operation))).Outcome);
        foreach (var next in new[] { Operation.Reset, Operation.AdministratorReset, Operation.Change, Operation.ForcedChange, Operation.Unlock })
        {
            Assert.Equal(Problems.RateLimited.Code, (await agent.CarryOutAsync(agent.Order(next))).Problem);
            agent.Start();
        }

        Assert.Equal(1, agent.Directory.Writes);
        agent.Time.Advance(RateBreaker.Window);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(operation))).Outcome);
    }

    [Fact]
    public async Task A_verification_neither_counts_nor_is_stopped()
    {
        await agent.CarryOutAsync(agent.Order(Operation.Verify));
        agent.Start();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Reset))).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Outcome);
    }
}
