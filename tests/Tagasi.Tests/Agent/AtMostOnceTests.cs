using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>At most one write for a request, whatever breaks; and an answer that is true.</summary>
public sealed class AtMostOnceTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task The_same_order_again_gives_the_same_answer_to_the_letter_and_no_second_write()
    {
        var order = agent.Order();
        var first = await agent.Runner.CarryOutAsync(order);
        Assert.Equal(first, await agent.Runner.CarryOutAsync(order));
        agent.Start();
        Assert.Equal(first, await agent.Runner.CarryOutAsync(order));
        Assert.Equal(first, await agent.Runner.ResolveAsync(new ResolveRequest(order.Ticket)));
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_refused_order_stays_refused_when_its_cause_is_gone()
    {
        var order = agent.Order();
        agent.Directory.Account = account => account with { IsDisabled = true };
        var first = await agent.Runner.CarryOutAsync(order);
        agent.Directory.Account = account => account;
        agent.Start();
        Assert.Equal(first, await agent.Runner.CarryOutAsync(order));
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task The_same_order_twice_at_once_is_written_once_and_both_get_the_answer()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var order = agent.Order();
        var (first, second) = (agent.Runner.CarryOutAsync(order), agent.Runner.CarryOutAsync(order));
        written.SetResult();
        Assert.Equal(await first, await second);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task Two_requests_for_one_account_go_one_after_the_other()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var (first, second) = (agent.CarryOutAsync(agent.Order()), agent.CarryOutAsync(agent.Order()));
        Assert.Equal(1, agent.Directory.Writes);
        written.SetResult();
        Assert.Equal((Outcome.Applied, Outcome.Applied), ((await first).Outcome, (await second).Outcome));
        Assert.Equal(2, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_request_that_waits_too_long_for_an_earlier_one_is_refused_unwritten()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var (first, second) = (agent.CarryOutAsync(agent.Order()), agent.CarryOutAsync(agent.Order()));
        agent.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Problems.NotCarriedOut.Code, (await second).Problem);
        written.SetResult();
        Assert.Equal(Outcome.Applied, (await first).Outcome);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_without_an_answer_is_unknown_and_is_resolved_by_looking_never_by_writing_again(bool isApplied)
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied);
        var order = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);

        agent.Time.Advance(TimeSpan.FromSeconds(1));
        var resolved = await agent.ResolveForAsync(order, Long);
        Assert.Equal(isApplied ? (Outcome.Applied, null) : (Outcome.Refused, Problems.NotCarriedOut.Code), (resolved.Outcome, resolved.Problem));
        Assert.Equal(resolved.Outcome, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_order_again_while_its_outcome_is_unknown_is_looked_at_and_neither_written_nor_refused(bool isRestarted)
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        if (isRestarted)
        {
            agent.Start();
        }

        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal((1, 1), (agent.Directory.Writes, agent.Directory.Looks));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_that_is_killed_between_intent_and_outcome_looks_after_its_next_start(bool isApplied)
    {
        var never = new TaskCompletionSource();
        agent.Directory.WriteGate = never.Task;
        var order = agent.Order();
        _ = agent.Runner.CarryOutAsync(order);
        Assert.Equal(1, agent.Directory.Writes);
        agent.Time.Advance(TimeSpan.FromSeconds(2));
        if (isApplied)
        {
            agent.Directory.Apply();
        }

        agent.Start();
        Assert.Single(agent.Journal.OpenRequests);
        for (var open = 1; open > 0; agent.Time.Advance(TimeSpan.FromSeconds(2)))
        {
            open = await agent.Runner.ResolveOpenAsync();
        }

        var resolved = await agent.ResolveAsync(order);
        Assert.Equal(isApplied ? Outcome.Applied : Outcome.Refused, resolved.Outcome);
        agent.Start();
        Assert.Empty(agent.Journal.OpenRequests);
        Assert.Equal(resolved.Outcome, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task Unchanged_at_one_look_is_not_yet_refused_because_the_write_may_lie_behind_it()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, OutcomeResolver.Settling - TimeSpan.FromSeconds(2))).Outcome);
        agent.Directory.Apply();
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
    }

    [Fact]
    public async Task A_look_that_fails_starts_the_settling_anew()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        await agent.ResolveForAsync(order, TimeSpan.FromSeconds(8));
        agent.Directory.Look = () => new WriteLook.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "frozen"));
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(5))).Outcome);
        agent.Directory.Look = null;
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(8))).Outcome);
        Assert.Equal(Outcome.Refused, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(5))).Outcome);
    }

    [Fact]
    public async Task A_look_that_throws_does_not_stop_the_agent()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Directory.Look = () => throw new FormatException("unexpected");
        Assert.Equal(1, await agent.Runner.ResolveOpenAsync());
        agent.Directory.Look = null;
        Assert.Equal(0, await agent.Runner.ResolveOpenAsync());
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
    }

    [Fact]
    public async Task What_becomes_known_while_the_account_is_read_for_another_may_have_happened_behind_that()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var first = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(first)).Outcome);
        var reading = new TaskCompletionSource();
        agent.Directory.ReadGate = reading.Task;
        var second = agent.CarryOutAsync(agent.Order());
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(first)).Outcome);
        reading.SetResult();
        Assert.Equal(Problems.NotCarriedOut.Code, (await second).Problem);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_write_that_is_running_is_not_looked_at()
    {
        var never = new TaskCompletionSource();
        agent.Directory.WriteGate = never.Task;
        _ = agent.Runner.CarryOutAsync(agent.Order());
        Assert.Equal(0, await agent.Runner.ResolveOpenAsync());
        Assert.Equal((0, 1), (agent.Directory.Looks, agent.Journal.OpenRequests.Count));
    }

    [Fact]
    public async Task Two_looks_far_apart_do_not_count_as_one_row()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        await agent.ResolveAsync(order);
        agent.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(order)).Outcome);
    }

    [Fact]
    public async Task Somebody_elses_later_reset_is_not_taken_for_ours()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Time.Advance(TimeSpan.FromHours(1));
        agent.Directory.Apply();
        var resolved = await agent.ResolveForAsync(order, Long);
        Assert.Equal((Outcome.Refused, Problems.NotCarriedOut.Code), (resolved.Outcome, resolved.Problem));
        Assert.Contains("somebody else", resolved.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_to_unexpire_the_objects_counter_tells()
    {
        agent.Directory.PasswordLastSet = 0;
        agent.Directory.Write = () =>
        {
            var before = agent.Directory.Proof();
            agent.Directory.Usn++;
            return new PasswordWrite.Unknown("no answer", before);
        };
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        var resolved = await agent.ResolveAsync(order);
        Assert.Equal((Outcome.Applied, Problems.PasswordExpiresAtOnce.Code), (resolved.Outcome, resolved.Problem));
    }

    [Fact]
    public async Task A_question_for_a_request_that_never_came_closes_it()
    {
        var order = agent.Order();
        var closed = await agent.ResolveAsync(order);
        Assert.Equal((Outcome.Refused, Problems.NotCarriedOut.Code), (closed.Outcome, closed.Problem));
        agent.Start();
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.CarryOutAsync(order)).Problem);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_question_during_the_write_waits_for_its_answer()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var order = agent.Order();
        var (answer, question) = (agent.CarryOutAsync(order), agent.ResolveAsync(order));
        Assert.False(question.IsCompleted);
        written.SetResult();
        Assert.Equal(Outcome.Applied, (await answer).Outcome);
        Assert.Equal(Outcome.Applied, (await question).Outcome);
    }

    [Fact]
    public async Task A_write_that_outlasts_the_deadline_is_answered_as_unknown_and_recorded_when_it_ends()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var order = agent.Order();
        var answer = agent.CarryOutAsync(order);
        agent.Time.Advance(RequestRunner.Deadline);
        Assert.Equal(Outcome.Unknown, (await answer).Outcome);
        written.SetResult();
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
        Assert.Equal((1, 0), (agent.Directory.Writes, agent.Directory.Looks));
    }

    [Fact]
    public async Task A_directory_that_never_answers_a_reading_is_refused_within_the_deadline()
    {
        agent.Directory.ReadGate = new TaskCompletionSource().Task;
        var answer = agent.CarryOutAsync(agent.Order());
        agent.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(Problems.DirectoryUnavailable.Code, (await answer).Problem);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task An_agent_that_is_being_stopped_finishes_what_runs_and_refuses_what_comes()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        var running = agent.CarryOutAsync(agent.Order());
        var stopped = agent.Runner.StopAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.CarryOutAsync(agent.Order())).Problem);
        Assert.False(stopped.IsCompleted);
        written.SetResult();
        Assert.True(await stopped);
        Assert.Equal(Outcome.Applied, (await running).Outcome);
    }

    [Fact]
    public async Task A_request_so_old_that_it_may_have_been_forgotten_is_not_called_undone()
    {
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Time.Advance(TimeSpan.FromDays(3));
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(order)).Outcome);
    }

    [Fact]
    public async Task A_domain_that_is_no_longer_served_leaves_an_unknown_outcome_unknown()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.IsDomainServed = false;
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(order)).Outcome);

        agent.IsDomainServed = true;
        agent.Start();
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
    }

    [Fact]
    public async Task A_known_outcome_is_told_to_the_letter_when_the_domain_is_no_longer_served()
    {
        var order = agent.Order();
        var first = await agent.Runner.CarryOutAsync(order);
        agent.IsDomainServed = false;
        agent.Start();
        Assert.Equal(first, await agent.Runner.ResolveAsync(new ResolveRequest(order.Ticket)));
    }

    [Fact]
    public async Task A_second_request_is_not_taken_for_the_first_whose_outcome_is_unknown()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var first = agent.Order();
        await agent.CarryOutAsync(first);
        agent.Directory.Write = null;

        var second = await agent.CarryOutAsync(agent.Order());
        Assert.Equal((Outcome.Refused, Problems.NotCarriedOut.Code), (second.Outcome, second.Problem));
        Assert.Equal(Outcome.Refused, (await agent.ResolveForAsync(first, Long)).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
        Assert.Equal(2, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_domain_controller_that_never_comes_back_does_not_lock_the_person_out_for_good()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var first = agent.Order();
        await agent.CarryOutAsync(first);
        agent.Directory.Write = null;

        agent.Time.Advance(Ticket.Lifetime + EvidenceReading.LongestDelay + TimeSpan.FromSeconds(1));
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
        Assert.Equal(Outcome.Refused, (await agent.ResolveForAsync(first, Long)).Outcome);
    }

    [Fact]
    public async Task More_writes_than_the_limit_are_refused_and_a_restart_does_not_help()
    {
        using var limited = new ScriptedAgent(limit: 2);
        await limited.CarryOutAsync(limited.Order());
        await limited.CarryOutAsync(limited.Order());
        Assert.Equal(Problems.RateLimited.Code, (await limited.CarryOutAsync(limited.Order())).Problem);
        limited.Start();
        Assert.Equal(Problems.RateLimited.Code, (await limited.CarryOutAsync(limited.Order())).Problem);
        Assert.Equal(Problems.RateLimited.Code, (await limited.Preflight.ReadAsync(new PreflightRequest(ScriptedAgent.Domain, limited.Directory.ObjectGuid))).Problem);
        Assert.Equal(2, limited.Directory.Writes);

        limited.Time.Advance(RateBreaker.Window);
        Assert.Equal(Outcome.Applied, (await limited.CarryOutAsync(limited.Order())).Outcome);
    }
}
