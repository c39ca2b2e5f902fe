using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>A new key for each epoch, and the one before it for as long as a ticket lives.</summary>
public sealed class SealingKeysTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public void A_new_key_is_kept_with_its_epoch()
    {
        var before = agent.SealingKey;
        agent.Keys.Renew(3);

        using var kept = agent.Enrolment.ImportSealingKey();
        Assert.Equal((3, KeyId.Of(kept), 3), (agent.Enrolment.SealingEpoch, agent.SealingKey.KeyId, agent.Keys.Epoch));
        Assert.NotEqual(before, agent.SealingKey);
    }

    [Fact]
    public async Task An_order_that_was_sealed_to_the_former_key_is_carried_out_while_its_ticket_lives()
    {
        var order = agent.Order();
        agent.Keys.Renew(1);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
    }

    [Fact]
    public async Task After_two_minutes_the_former_key_opens_nothing()
    {
        var former = agent.SealingKey;
        agent.Keys.Renew(1);
        agent.Time.Advance(TimeSpan.FromMinutes(2));
        var ticket = agent.Sign(agent.NewTicket());
        var order = new WritebackOrder(ticket.Compact, EnvelopeSealer.Seal("Uus parool 1", ticket.Hash, [former]));

        Assert.Equal(Problems.EnvelopeUnreadable.Code, (await agent.CarryOutAsync(order)).Problem);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task The_time_of_the_former_key_runs_from_the_newest_renewal()
    {
        agent.Keys.Renew(1);
        agent.Time.Advance(TimeSpan.FromSeconds(90));
        var order = agent.Order();
        agent.Keys.Renew(2);
        agent.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
    }
}
