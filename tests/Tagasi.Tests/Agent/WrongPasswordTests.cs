using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>Current passwords that come through the service lock nobody out.</summary>
public sealed class WrongPasswordTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task The_fourth_wrong_password_in_half_an_hour_does_not_reach_the_directory()
    {
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        for (var i = 0; i < WrongPasswords.Limit; i++)
        {
            Assert.Equal(Problems.CurrentPasswordWrong.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        }

        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Change))).Problem);
        Assert.Equal(WrongPasswords.Limit, agent.Directory.Asked.Count);

        // Who does not know it can still set a new one; and the tries come back.
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Reset))).Outcome);
        agent.Time.Advance(WrongPasswords.ShortestWindow);
        Assert.Equal(Problems.CurrentPasswordWrong.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
    }

    [Fact]
    public async Task A_restart_gives_no_further_wrong_passwords()
    {
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await VerifyToTheLimitAsync();

        agent.Start();
        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        Assert.Equal(WrongPasswords.Limit, agent.Directory.Asked.Count);
        agent.Time.Advance(WrongPasswords.ShortestWindow);
        Assert.Equal(Problems.CurrentPasswordWrong.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
    }

    [Fact]
    public async Task The_accounts_own_lockout_threshold_is_never_reached()
    {
        agent.Directory.Account = account => account with { Policy = LockingAfter(2, null) };
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await agent.CarryOutAsync(agent.Order(Operation.Verify));
        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        Assert.Single(agent.Directory.Asked);
    }

    [Fact]
    public async Task Right_passwords_cost_no_tries()
    {
        for (var i = 0; i < 2 * WrongPasswords.Limit; i++)
        {
            Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Outcome);
        }
    }

    [Fact]
    public async Task Wrong_passwords_count_for_as_long_as_the_directory_counts_them()
    {
        agent.Directory.Account = account => account with { Policy = LockingAfter(2, TimeSpan.FromHours(4)) };
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await agent.CarryOutAsync(agent.Order(Operation.Verify));
        agent.Time.Advance(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1));
        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Problems.CurrentPasswordWrong.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
    }

    [Fact]
    public async Task Where_the_policy_cannot_be_read_one_wrong_password_is_let_through()
    {
        agent.Directory.Account = account => account with { Policy = new EffectivePolicy.Unreadable("CN=hidden") };
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await agent.CarryOutAsync(agent.Order(Operation.Verify));
        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
    }

    [Fact]
    public async Task Wrong_passwords_that_are_stopped_use_up_nobody_elses_writes()
    {
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await VerifyToTheLimitAsync();

        for (var i = 0; i < agent.Breaker.Limit; i++)
        {
            Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Change))).Problem);
        }

        Assert.True(agent.Breaker.HasRoom);
    }

    [Fact]
    public async Task An_outage_is_not_a_wrong_password()
    {
        agent.Directory.Verification = () => NoAnswer(mayHaveCounted: false);
        for (var i = 0; i < 2 * WrongPasswords.Limit; i++)
        {
            Assert.Equal(Problems.DirectoryUnavailable.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        }
    }

    [Fact]
    public async Task A_bind_without_an_answer_may_have_counted_in_the_directory_and_so_counts_here()
    {
        agent.Directory.Verification = () => NoAnswer(mayHaveCounted: true);
        for (var i = 0; i < WrongPasswords.Limit; i++)
        {
            Assert.Equal(Problems.DirectoryUnavailable.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        }

        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tries_without_an_answer_count_on_after_a_minute_only_where_the_account_shows_that_a_wrong_password_came(bool hasCome)
    {
        long? bad = 0;
        agent.Directory.Account = account => account with { RawBadPasswordTime = bad };
        agent.Directory.Verification = () =>
        {
            bad = hasCome ? agent.Time.GetUtcNow().ToFileTime() : bad;
            return NoAnswer(mayHaveCounted: true);
        };
        await VerifyToTheLimitAsync();

        agent.Directory.Verification = null;
        agent.Time.Advance(WrongPasswords.Arrival);
        Assert.Equal(Problems.WrongPasswordLimited.Code, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Problem);
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(hasCome ? Outcome.Refused : Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Outcome);
    }

    [Fact]
    public async Task Right_passwords_cost_no_tries_over_a_restart_either()
    {
        agent.Directory.Account = account => account with { RawBadPasswordTime = 0 };
        await VerifyToTheLimitAsync();

        agent.Start();
        agent.Time.Advance(WrongPasswords.Arrival + TimeSpan.FromSeconds(1));
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Outcome);
    }

    [Fact]
    public async Task A_change_that_a_look_shows_as_carried_out_was_no_wrong_password()
    {
        agent.Directory.Account = account => account with { Policy = LockingAfter(2, null) };
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order(Operation.Change);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
        agent.Directory.Write = null;
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Change))).Outcome);
    }

    private async Task VerifyToTheLimitAsync()
    {
        for (var i = 0; i < WrongPasswords.Limit; i++)
        {
            await agent.CarryOutAsync(agent.Order(Operation.Verify));
        }
    }

    private static EffectivePolicy.Known LockingAfter(int threshold, TimeSpan? window) => new(new PasswordPolicy
    {
        MinimumLength = 1,
        RequiresComplexity = false,
        HistoryLength = 0,
        MinimumAge = TimeSpan.Zero,
        LockoutThreshold = threshold,
        LockoutObservationWindow = window,
    });

    private static PasswordVerification.Unavailable NoAnswer(bool mayHaveCounted) =>
        new(new DirectoryFailure(FailureCause.TimedOut, "no answer", ScriptedDirectory.Server), mayHaveCounted);
}
