using Tagasi.ActiveDirectory;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>What the page learns before the person types.</summary>
public sealed class PreflightTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task The_page_learns_the_rules_and_the_key()
    {
        var reply = await AskAsync();
        Assert.Null(reply.Problem);
        Assert.Equal(new PolicyRules(10, true, 12, TimeSpan.Zero), reply.Policy);
        Assert.Equal(["Anna", "Arb", "Mets"], reply.NameParts.Order());
        Assert.Equal(agent.SealingKey, reply.SealingKey);
    }

    [Fact]
    public async Task Of_an_account_that_is_not_managed_here_nothing_is_told()
    {
        agent.Directory.Account = account => account with { DistinguishedName = "CN=Olaf,DC=north,DC=example" };
        var reply = await AskAsync();
        Assert.Equal(Problems.AccountOutOfScope.Code, reply.Problem);
        Assert.Null(reply.Policy);
        Assert.Empty(reply.NameParts);
    }

    [Fact]
    public async Task A_password_that_is_too_young_comes_with_its_date()
    {
        var earliest = agent.Time.GetUtcNow() + TimeSpan.FromHours(5);
        agent.Directory.Account = account => account with { EarliestNextChange = earliest };
        var reply = await AskAsync();
        Assert.Equal((Problems.PasswordTooRecent.Code, earliest), (reply.Problem, reply.EarliestChange));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_read_is_not_guessed()
    {
        agent.Directory.Account = account => account with { Policy = new EffectivePolicy.Unreadable("CN=pso") };
        var reply = await AskAsync();
        Assert.Null(reply.Problem);
        Assert.Null(reply.Policy);
    }

    [Fact]
    public async Task A_directory_that_hangs_is_a_problem_within_the_deadline()
    {
        agent.Directory.ReadGate = new TaskCompletionSource().Task;
        var reply = AskAsync();
        agent.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(Problems.DirectoryUnavailable.Code, (await reply).Problem);
    }

    [Fact]
    public async Task Another_domain_is_not_served() =>
        Assert.Equal(Problems.DomainNotServed.Code, (await agent.Preflight.ReadAsync(new PreflightRequest("south.example", agent.Directory.ObjectGuid))).Problem);

    private Task<PreflightReply> AskAsync() => agent.Preflight.ReadAsync(new PreflightRequest("North.Example", agent.Directory.ObjectGuid));
}
