using System.Security.Cryptography;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>Whatever reaches the agent, only the right ticket in its time makes it write.</summary>
public sealed class TicketRefusalTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task A_right_order_is_written_once_and_applied()
    {
        var order = agent.Order(password: "Täiesti uus 1");
        var result = await agent.CarryOutAsync(order);

        Assert.Equal(Outcome.Applied, result.Outcome);
        Assert.Equal(ScriptedDirectory.Server, result.DomainController);
        Assert.Equal(new SignedTicket(order.Ticket).Hash, result.TicketHash);
        Assert.Equal(["Täiesti uus 1"], agent.Directory.Passwords);
    }

    [Fact]
    public async Task An_expired_ticket_is_refused()
    {
        var order = agent.Order();
        agent.Time.Advance(Ticket.Lifetime + TimeSpan.FromMilliseconds(1));
        await RefusedAsync(order, Problems.TicketExpired);
    }

    [Fact]
    public async Task A_ticket_in_its_last_moment_is_carried_out()
    {
        var order = agent.Order();
        agent.Time.Advance(Ticket.Lifetime);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
    }

    [Fact]
    public async Task An_expired_ticket_stays_refused_when_the_clock_is_set_back()
    {
        var order = agent.Order();
        agent.Time.AdjustTime(agent.Time.GetUtcNow() + TimeSpan.FromMinutes(2));
        await RefusedAsync(order, Problems.TicketExpired);
        agent.Time.AdjustTime(agent.Time.GetUtcNow() - TimeSpan.FromMinutes(2));
        agent.Start();
        await RefusedAsync(order, Problems.TicketExpired);
    }

    [Fact]
    public async Task A_ticket_that_expires_while_the_account_is_read_is_refused()
    {
        var order = agent.Order();
        agent.Time.Advance(TimeSpan.FromSeconds(58));
        agent.Directory.Account = account =>
        {
            agent.Time.Advance(TimeSpan.FromSeconds(3));
            return account;
        };
        await RefusedAsync(order, Problems.TicketExpired);
        Assert.Empty(agent.Journal.WriteTimes);
    }

    [Fact]
    public async Task A_ticket_that_expires_while_the_journal_is_written_is_refused()
    {
        var order = agent.Order();
        agent.Disk.BeforeAppend = () =>
        {
            agent.Time.Advance(TimeSpan.FromSeconds(61));
            return Task.CompletedTask;
        };
        await RefusedAsync(order, Problems.TicketExpired);
    }

    [Fact]
    public async Task A_host_whose_clock_was_set_back_is_caught_by_the_domain_controllers_clock()
    {
        var order = agent.Order();
        agent.Directory.Account = account => account with { ServerTime = agent.Time.GetUtcNow() + TimeSpan.FromMinutes(5) };
        await RefusedAsync(order, Problems.TicketExpired);
    }

    [Fact]
    public async Task A_ticket_from_the_future_is_refused() =>
        await RefusedAsync(agent.Order(agent.NewTicket() with { NotBefore = agent.Time.GetUtcNow() + TimeSpan.FromSeconds(31), NotAfter = agent.Time.GetUtcNow() + TimeSpan.FromSeconds(90) }), Problems.TicketExpired);

    [Fact]
    public async Task A_ticket_that_claims_too_long_a_life_is_refused() =>
        await RefusedAsync(agent.Order(agent.NewTicket() with { NotAfter = agent.Time.GetUtcNow() + Ticket.LongestLifetime + TimeSpan.FromSeconds(1) }), Problems.TicketInvalid);

    [Fact]
    public async Task A_ticket_of_another_service_is_refused()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(agent.Order(SignedTicket.Sign(agent.NewTicket(), stranger)), Problems.TicketInvalid);
    }

    [Fact]
    public async Task An_altered_ticket_is_refused_and_the_answer_is_bound_to_it()
    {
        var ticket = agent.NewTicket();
        var (honest, other) = (agent.Sign(ticket).Compact.Split('.'), agent.Sign(ticket with { ObjectGuid = Guid.NewGuid() }).Compact.Split('.'));
        var order = agent.Order(new SignedTicket($"{other[0]}.{other[1]}.{honest[2]}"));

        await RefusedAsync(order, Problems.TicketInvalid);
        Assert.Equal(ticket.RequestId, (await agent.CarryOutAsync(order)).RequestId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    public async Task What_is_no_ticket_at_all_is_refused(string text) => await RefusedAsync(agent.Order(new SignedTicket(text)), Problems.TicketInvalid);

    [Fact]
    public async Task An_endless_ticket_is_refused_unread() => await RefusedAsync(agent.Order(new SignedTicket(new string('a', 100_000))), Problems.TicketInvalid);

    [Fact]
    public async Task A_ticket_for_another_tenant_is_refused() => await RefusedAsync(agent.Order(agent.NewTicket() with { TenantId = Guid.NewGuid() }), Problems.TicketInvalid);

    [Fact]
    public async Task A_sequence_far_ahead_of_the_clock_does_not_become_the_accounts_last()
    {
        await RefusedAsync(agent.Order(agent.NewTicket() with { Sequence = long.MaxValue }), Problems.TicketInvalid);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task Nor_does_one_that_is_only_asked_about_or_refused_for_its_time_over_a_restart()
    {
        await agent.ResolveAsync(agent.Order(agent.NewTicket() with { Sequence = long.MaxValue }));
        var future = agent.Time.GetUtcNow().AddYears(10);
        await RefusedAsync(agent.Order(agent.NewTicket() with { Sequence = future.ToUnixTimeMilliseconds(), NotBefore = future, NotAfter = future + Ticket.Lifetime }), Problems.TicketExpired);
        agent.Start();
        agent.Start();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task A_ticket_for_a_domain_that_is_not_served_is_refused() => await RefusedAsync(agent.Order(agent.NewTicket() with { Domain = "south.example" }), Problems.DomainNotServed);

    [Fact]
    public async Task A_ticket_for_an_unknown_operation_is_refused() => await RefusedAsync(agent.Order(agent.NewTicket() with { Operation = (Operation)77 }), Problems.TicketInvalid);

    [Fact]
    public async Task An_older_ticket_for_the_same_account_cannot_follow_a_newer_one()
    {
        var (older, newer) = (agent.Order(), agent.Order());
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(newer)).Outcome);
        Assert.Equal(Problems.TicketReplayed.Code, (await agent.CarryOutAsync(older)).Problem);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task An_older_ticket_cannot_follow_a_newer_one_over_a_restart_either()
    {
        var (older, newer) = (agent.Order(), agent.Order());
        await agent.CarryOutAsync(newer);
        agent.Start();
        Assert.Equal(Problems.TicketReplayed.Code, (await agent.CarryOutAsync(older)).Problem);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task Another_ticket_with_the_same_request_id_is_refused()
    {
        var ticket = agent.NewTicket();
        await agent.CarryOutAsync(agent.Order(ticket));
        var result = await agent.CarryOutAsync(agent.Order(ticket with { ObjectGuid = Guid.NewGuid(), Sequence = ticket.Sequence + 1 }));
        Assert.Equal(Problems.TicketReplayed.Code, result.Problem);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task An_envelope_moved_to_another_ticket_is_refused()
    {
        var order = agent.Order();
        await RefusedAsync(agent.Order() with { Envelope = order.Envelope }, Problems.EnvelopeUnreadable);
    }

    [Fact]
    public async Task An_envelope_sealed_to_another_key_is_refused()
    {
        using var other = new EnvelopeOpener(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        var signed = agent.Sign(agent.NewTicket());
        await RefusedAsync(new WritebackOrder(signed.Compact, EnvelopeSealer.Seal("Uus parool 1", signed.Hash, [other.PublicKey])), Problems.EnvelopeUnreadable);
    }

    private async Task RefusedAsync(WritebackOrder order, Problem problem)
    {
        var result = await agent.CarryOutAsync(order);
        Assert.Equal((Outcome.Refused, problem.Code), (result.Outcome, result.Problem));
        Assert.Equal(new SignedTicket(order.Ticket).Hash, result.TicketHash);
        Assert.Equal(0, agent.Directory.Writes);
    }
}
