using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>The agent's events have the ids and names that Microsoft publishes, so that existing alerts fit.</summary>
public sealed class WritebackEventTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Theory]
    [InlineData(Operation.Reset, 31001, "PasswordResetStart", 31002, "PasswordResetSuccess")]
    [InlineData(Operation.Change, 31006, "ChangePasswordStart", 31007, "ChangePasswordSuccess")]
    [InlineData(Operation.ForcedChange, 31006, "ChangePasswordStart", 31007, "ChangePasswordSuccess")]
    [InlineData(Operation.AdministratorReset, 31009, "ResetUserPasswordByAdminStart", 31010, "ResetUserPasswordByAdminSuccess")]
    [InlineData(Operation.Unlock, 5010, "UnlockStart", 5011, "UnlockSuccess")]
    [InlineData(Operation.Verify, 5013, "VerifyStart", 5014, "VerifySuccess")]
    public async Task What_is_carried_out_has_a_start_and_a_success(Operation operation, int start, string startName, int success, string successName)
    {
        await agent.CarryOutAsync(agent.Order(operation));
        Assert.Equal((start, startName), Assert.Single(Events(agent.WriterLog)));
        Assert.Equal((success, successName), Assert.Single(Events(agent.RunnerLog)));
    }

    [Theory]
    [InlineData(Operation.Reset, 31003, "PasswordResetFail")]
    [InlineData(Operation.Change, 31008, "ChangePasswordFail")]
    [InlineData(Operation.ForcedChange, 31008, "ChangePasswordFail")]
    [InlineData(Operation.AdministratorReset, 31011, "ResetUserPasswordByAdminFail")]
    [InlineData(Operation.Unlock, 5012, "UnlockFail")]
    [InlineData(Operation.Verify, 5015, "VerifyFail")]
    public async Task What_is_refused_beforehand_has_its_cause_and_a_failure_and_no_start(Operation operation, int failure, string failureName)
    {
        agent.Directory.Account = account => account with { IsDisabled = true };
        await agent.CarryOutAsync(agent.Order(operation));
        Assert.Empty(agent.WriterLog.Entries);
        Assert.Equal([(33005, "ADUserAccountDisabled"), (failure, failureName)], Events(agent.RunnerLog));
    }

    [Theory]
    [InlineData("directory-refused", 33001, "ADUnKnownError")]
    [InlineData("directory-unavailable", 33001, "ADUnKnownError")]
    [InlineData("directory-not-writable", 33001, "ADUnKnownError")]
    [InlineData("account-not-found", 33002, "ADUserNotFoundError")]
    [InlineData("directory-rights", 33004, "ADPermissionsError")]
    [InlineData("account-protected", 33004, "ADPermissionsError")]
    [InlineData("account-disabled", 33005, "ADUserAccountDisabled")]
    [InlineData("account-locked", 33006, "ADUserAccountLockedOut")]
    [InlineData("current-password-wrong", 33007, "ADUserIncorrectPassword")]
    [InlineData("account-cannot-change", 33008, "ADPasswordPolicyError")]
    [InlineData("password-too-short", 33008, "ADPasswordPolicyError")]
    [InlineData("password-not-complex", 33008, "ADPasswordPolicyError")]
    [InlineData("password-in-history", 33008, "ADPasswordPolicyError")]
    [InlineData("password-too-recent", 33008, "ADPasswordPolicyError")]
    [InlineData("password-refused", 33008, "ADPasswordPolicyError")]
    [InlineData("directory-untrusted", 33009, "ADConfigurationError")]
    [InlineData("directory-sign-in-failed", 33009, "ADConfigurationError")]
    [InlineData("directory-policy-hints", 33009, "ADConfigurationError")]
    public void A_failure_comes_with_the_event_of_its_cause(string problem, int id, string name)
    {
        var log = new RecordedLog<WritebackEventTests>();
        WritebackLog.Refused(log, Guid.NewGuid(), Operation.Reset, new Verdict.Refused(Problems.All[problem], "the directory's words"));
        Assert.Equal([(id, name), (31003, "PasswordResetFail")], Events(log));
        Assert.All(log.Entries, entry => Assert.StartsWith($"{entry.Id.Name}: Request ", entry.Text, StringComparison.Ordinal));
        Assert.All(log.Entries, entry => Assert.Contains("the directory's words", entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_outcome_that_was_unknown_is_told_and_then_told_as_found()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: true);
        var order = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        await agent.ResolveForAsync(order, TimeSpan.FromSeconds(30));
        Assert.Equal([5002, 5003, 31002], agent.RunnerLog.Ids.Distinct());
    }

    [Fact]
    public async Task An_envelope_that_does_not_open_and_one_without_its_passwords_have_theirs()
    {
        var moved = agent.Order();
        await agent.CarryOutAsync(agent.Order() with { Envelope = moved.Envelope });
        await agent.CarryOutAsync(agent.Order(agent.NewTicket(Operation.Change)));
        Assert.Equal([(32004, "DecryptionError"), (32003, "InPutValidationError")], Events(agent.WriterLog));
    }

    [Theory]
    [InlineData(true, "adminCount is 1, though no privileged group was found")]
    [InlineData(false, "member of S-1-5-21-9-9-9-512")]
    public async Task Why_the_page_was_told_that_there_is_no_use_is_in_the_log(bool isStale, string reason)
    {
        agent.Directory.Account = account => account with { HasAdminCount = true, GroupSids = isStale ? account.GroupSids : [.. account.GroupSids, "S-1-5-21-9-9-9-512"] };
        var reply = await agent.Preflight.ReadAsync(new PreflightRequest(ScriptedAgent.Domain, agent.Directory.ObjectGuid));
        Assert.Equal(Problems.AccountProtected.Code, reply.Problem);
        Assert.Equal([33004, 5016], agent.PreflightLog.Ids);
        Assert.All(agent.PreflightLog.Entries, entry => Assert.Contains(reason, entry.Text, StringComparison.Ordinal));
    }

    private static IEnumerable<(int, string?)> Events<T>(RecordedLog<T> log) => log.Entries.Select(entry => (entry.Id.Id, entry.Id.Name));
}
