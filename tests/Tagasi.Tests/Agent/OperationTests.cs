using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>Each operation does what it is called and nothing else.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Theory]
    [InlineData(Operation.Reset, "reset")]
    [InlineData(Operation.AdministratorReset, "reset, must change")]
    [InlineData(Operation.Change, "change from Vana parool 0")]
    [InlineData(Operation.ForcedChange, "change from Vana parool 0")]
    [InlineData(Operation.Unlock, "unlock")]
    [InlineData(Operation.Verify, "verify Vana parool 0")]
    public async Task An_operation_asks_the_directory_for_just_that_and_once(Operation operation, string asked)
    {
        var order = agent.Order(operation);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Equal(asked, Assert.Single(agent.Directory.Asked));
    }

    [Theory]
    [InlineData(Operation.Change, "", "Uus parool 1")]
    [InlineData(Operation.ForcedChange, "", "Uus parool 1")]
    [InlineData(Operation.Reset, "Vana parool 0", "Uus parool 1")]
    [InlineData(Operation.AdministratorReset, "Vana parool 0", "")]
    [InlineData(Operation.Verify, "Vana parool 0", "Uus parool 1")]
    [InlineData(Operation.Unlock, "Vana parool 0", "")]
    public async Task A_change_never_becomes_a_reset_nor_anything_else_what_it_is_not(Operation operation, string current, string fresh)
    {
        var signed = agent.Sign(agent.NewTicket(operation));
        var result = await agent.CarryOutAsync(new WritebackOrder(signed.Compact, EnvelopeSealer.Seal(fresh, current, signed.Hash, [agent.SealingKey])));
        Assert.Equal((Outcome.Refused, Problems.EnvelopeUnreadable.Code), (result.Outcome, result.Problem));
        Assert.Empty(agent.Directory.Asked);
    }

    [Theory]
    [InlineData(Operation.Reset)]
    [InlineData(Operation.Change)]
    [InlineData(Operation.Verify)]
    public async Task Without_an_envelope_nothing_that_takes_a_password_is_done(Operation operation)
    {
        var result = await agent.CarryOutAsync(new WritebackOrder(agent.Sign(agent.NewTicket(operation)).Compact, null));
        Assert.Equal((Outcome.Refused, Problems.EnvelopeUnreadable.Code), (result.Outcome, result.Problem));
        Assert.Empty(agent.Directory.Asked);
    }

    [Fact]
    public async Task An_administrators_reset_leaves_alone_that_a_password_never_expires_and_says_that_it_need_not_be_changed()
    {
        agent.Directory.Account = account => account with { PasswordNeverExpires = true };
        var result = await agent.CarryOutAsync(agent.Order(Operation.AdministratorReset));
        Assert.Equal((Outcome.Applied, Problems.MustChangeNotSet.Code), (result.Outcome, result.Problem));
        Assert.Equal("reset", Assert.Single(agent.Directory.Asked));
    }

    [Fact]
    public async Task Who_may_not_change_the_password_can_still_be_unlocked_and_verified()
    {
        agent.Directory.Account = account => account with { CannotChangePassword = true };
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Unlock))).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order(Operation.Verify))).Outcome);
        foreach (var operation in new[] { Operation.Reset, Operation.Change, Operation.ForcedChange, Operation.AdministratorReset })
        {
            Assert.Equal(Problems.AccountCannotChange.Code, (await agent.CarryOutAsync(agent.Order(operation))).Problem);
        }
    }

    [Theory]
    [InlineData(Operation.Change)]
    [InlineData(Operation.Unlock)]
    [InlineData(Operation.AdministratorReset)]
    [InlineData(Operation.Verify)]
    public async Task A_protected_account_is_left_alone_by_every_operation(Operation operation)
    {
        agent.Directory.Account = account => account with { HasAdminCount = true };
        Assert.Equal(Problems.AccountProtected.Code, (await agent.CarryOutAsync(agent.Order(operation))).Problem);
        Assert.Empty(agent.Directory.Asked);
    }

    [Fact]
    public async Task A_must_change_of_which_no_time_can_be_seen_long_after_stays_unknown()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order(Operation.AdministratorReset);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        agent.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(90))).Outcome);
    }

    public static TheoryData<PasswordVerification, Problem> Verifications => new()
    {
        { new PasswordVerification.Right(true, false), Problems.PasswordMustChange },
        { new PasswordVerification.Right(false, true), Problems.PasswordMustChange },
        { new PasswordVerification.Wrong(), Problems.CurrentPasswordWrong },
        { new PasswordVerification.LockedOut(), Problems.AccountLocked },
        { new PasswordVerification.Disabled(), Problems.AccountDisabled },
        { new PasswordVerification.AccountExpired(), Problems.AccountExpired },
        { new PasswordVerification.NotPermittedNow(), Problems.LogonRestricted },
    };

    [Theory]
    [MemberData(nameof(Verifications))]
    public async Task What_a_bind_says_is_told_for_what_it_is(PasswordVerification verification, Problem problem)
    {
        agent.Directory.Verification = () => verification;
        var result = await agent.CarryOutAsync(agent.Order(Operation.Verify));
        Assert.Equal((verification is PasswordVerification.Right ? Outcome.Applied : Outcome.Refused, problem.Code), (result.Outcome, result.Problem));
    }

    [Theory]
    [InlineData(RefusalCause.WrongOldPassword, "current-password-wrong")]
    [InlineData(RefusalCause.LockedOut, "account-locked")]
    public async Task A_refused_change_says_why(RefusalCause cause, string problem)
    {
        agent.Directory.Write = () => new PasswordWrite.Refused(cause, "as the directory says");
        Assert.Equal(problem, (await agent.CarryOutAsync(agent.Order(Operation.Change))).Problem);
    }

    [Theory]
    [InlineData(WriteWarning.StillLockedOut, "account-still-locked")]
    [InlineData(WriteWarning.NotYetEverywhere, "not-yet-everywhere")]
    public async Task What_is_left_to_be_mended_is_told_with_the_success(WriteWarning warning, string problem)
    {
        agent.Directory.Write = () => new PasswordWrite.Applied(agent.Directory.Proof(), agent.Directory.Proof(), warning);
        var result = await agent.CarryOutAsync(agent.Order(Operation.Reset));
        Assert.Equal((Outcome.Applied, problem), (result.Outcome, result.Problem));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task That_it_is_not_yet_everywhere_is_told_beside_whatever_else_is(bool isFoundByLooking)
    {
        agent.Directory.Account = account => account with { IsAtPdcEmulator = false };
        agent.Directory.Write = () =>
        {
            var lost = agent.Directory.Lose(isApplied: true);
            agent.Directory.PasswordLastSet = 0;
            return isFoundByLooking ? lost : new PasswordWrite.Applied(agent.Directory.Proof(), agent.Directory.Proof(), WriteWarning.ExpiredAtOnce);
        };
        var order = agent.Order(Operation.Change);
        await agent.CarryOutAsync(order);
        var result = await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal((Outcome.Applied, Problems.PasswordExpiresAtOnce.Code), (result.Outcome, result.Problem));
        Assert.Contains("not yet everywhere", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, Outcome.Applied)]
    [InlineData(false, Outcome.Refused)]
    public async Task An_unlock_without_an_answer_is_found_out_by_looking(bool isApplied, Outcome outcome)
    {
        agent.Directory.IsLockedOut = true;
        agent.Directory.Write = () => agent.Directory.Lose(isApplied);
        var order = agent.Order(Operation.Unlock);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        agent.Start();
        Assert.Equal(outcome, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(90))).Outcome);
        Assert.Equal(1, agent.Directory.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_account_that_was_locked_out_anew_before_anybody_looked_is_locked_whatever_became_of_the_unlocking(bool isApplied)
    {
        agent.Directory.IsLockedOut = true;
        agent.Directory.Write = () =>
        {
            var lost = agent.Directory.Lose(isApplied);
            agent.Time.Advance(TimeSpan.FromSeconds(1));
            agent.Directory.IsLockedOut = true;
            return lost;
        };
        var order = agent.Order(Operation.Unlock);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        var result = await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal((Outcome.Refused, Problems.AccountStillLocked.Code), (result.Outcome, result.Problem));
    }

    [Fact]
    public async Task An_unlock_of_which_nothing_can_be_seen_stays_unknown()
    {
        agent.Directory.IsLockedOut = true;
        agent.Directory.IsLockoutHidden = true;
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order(Operation.Unlock);
        await agent.CarryOutAsync(order);
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30))).Outcome);
    }

    [Theory]
    [InlineData(Operation.Reset, true, false, "account-still-locked")]
    [InlineData(Operation.Change, false, true, "password-expires-at-once")]
    [InlineData(Operation.AdministratorReset, false, true, null)]
    [InlineData(Operation.AdministratorReset, false, false, "must-change-not-set")]
    public async Task What_is_left_to_be_mended_is_told_also_when_the_success_is_found_out_by_looking(Operation operation, bool isLockedOut, bool mustChange, string? problem)
    {
        agent.Directory.Write = () =>
        {
            var lost = agent.Directory.Lose(isApplied: true);
            agent.Directory.IsLockedOut = isLockedOut;
            agent.Directory.PasswordLastSet = mustChange ? 0 : agent.Time.GetUtcNow().ToFileTime();
            return lost;
        };
        var order = agent.Order(operation);
        await agent.CarryOutAsync(order);
        var result = await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal((Outcome.Applied, problem), (result.Outcome, result.Problem));
    }

    [Fact]
    public async Task A_write_at_the_stand_in_is_told_as_not_yet_everywhere_also_when_it_is_found_out_by_looking()
    {
        agent.Directory.Account = account => account with { IsAtPdcEmulator = false };
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Start();
        var result = await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal((Outcome.Applied, Problems.NotYetEverywhere.Code), (result.Outcome, result.Problem));
    }

    [Fact]
    public async Task An_account_that_is_not_to_be_seen_any_more_stays_unknown_for_it_may_have_been_written()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Directory.Look = () => new WriteLook.Gone();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30))).Outcome);
        agent.Directory.Look = null;
        Assert.Equal(Outcome.Applied, (await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30))).Outcome);
    }

    [Theory]
    [InlineData(true, Outcome.Applied)]
    [InlineData(false, Outcome.Refused)]
    public async Task Of_several_writes_ours_is_told_as_carried_out_where_the_last_is_by_its_domain_controller(bool isLastFromHere, Outcome outcome)
    {
        var (here, there) = (Guid.NewGuid(), Guid.NewGuid());
        agent.Directory.Account = account => account with { ServerInvocationId = here, PasswordStamp = new PasswordStamp(4, here, agent.Time.GetUtcNow().AddDays(-9)) };
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        agent.Directory.Look = () => new WriteLook.Seen(agent.Directory.Proof() with
        {
            ServerInvocationId = here,
            PasswordStamp = new PasswordStamp(6, isLastFromHere ? here : there, agent.Time.GetUtcNow()),
        });
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        var result = await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal((outcome, Problems.Superseded.Code), (result.Outcome, result.Problem));
    }

    [Fact]
    public async Task A_verification_that_was_cut_off_is_over_and_is_not_tried_again()
    {
        var never = new TaskCompletionSource();
        agent.Directory.VerificationGate = never.Task;
        var order = agent.Order(Operation.Verify);
        var running = agent.Runner.CarryOutAsync(order);
        agent.Start();
        Assert.Equal((Outcome.Refused, Problems.NotCarriedOut.Code), await OutcomeAsync(order));
        Assert.Single(agent.Directory.Asked);
        never.SetResult();
        await running;
    }

    [Fact]
    public async Task The_page_learns_that_an_account_is_locked_or_must_change()
    {
        agent.Directory.Account = account => account with { IsLockedOut = true, MustChangePassword = true };
        var reply = await agent.Preflight.ReadAsync(new PreflightRequest(ScriptedAgent.Domain, agent.Directory.ObjectGuid, WithState: true));
        Assert.Equal(new AccountState(true, true), reply.State);
    }

    private async Task<(Outcome, string?)> OutcomeAsync(WritebackOrder order)
    {
        var result = await agent.CarryOutAsync(order);
        return (result.Outcome, result.Problem);
    }
}
