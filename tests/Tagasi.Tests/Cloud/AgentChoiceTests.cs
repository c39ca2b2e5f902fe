using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Cloud;

/// <summary>Which of a tenant's agents is asked.</summary>
public sealed class AgentChoiceTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Where_one_agents_own_way_to_the_directory_is_broken_the_other_one_is_asked_from_then_on()
    {
        await using var service = await RunningService.StartAsync();
        await using var one = await ScriptedAgent.EnrolAsync(service);
        await using var other = await ScriptedAgent.EnrolAsync(service);
        one.KnownAgents.Add(other.KeyId);
        other.KnownAgents.Add(one.KeyId);
        await one.ConnectAsync();
        await other.ConnectAsync();
        await one.BringKeyAsync(1);
        await other.BringKeyAsync(1);

        // Whichever is asked first is the broken one.
        ScriptedAgent? broken = null;
        var asked = new List<ScriptedAgent>();
        var troubles = new Dictionary<ScriptedAgent, Problem>();
        foreach (var agent in new[] { one, other })
        {
            agent.OnPreflight = _ =>
            {
                asked.Add(agent);
                if (broken is null)
                {
                    (broken, troubles[agent]) = (agent, Problems.DirectorySignInFailed);
                }

                return Task.FromResult(new PreflightReply(troubles.GetValueOrDefault(agent)?.Code, null, null, [], agent.Opener.PublicKey));
            };
        }

        await service.AddUserAsync("anna@north.example");
        for (var person = 0; person < 3; person++)
        {
            var session = await service.ProveAsync("anna@north.example");
            Assert.Null((await service.NewPassword.PreflightAsync(session, None)).Problem);
            var (ticket, envelope) = await NewPasswordTests.SealAsync(service, session);
            Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
        }

        var sound = broken == one ? other : one;
        Assert.Equal([broken!, sound, sound, sound], asked);
        Assert.Empty(broken!.Orders);

        // A trouble that passes is told before one that stays, so that nobody's code is spent by the agent that is broken for good.
        troubles[sound] = Problems.DirectoryUnavailable;
        var last = await service.ProveAsync("anna@north.example");
        Assert.Equal(Problems.DirectoryUnavailable, (await service.NewPassword.PreflightAsync(last, None)).Problem);
        Assert.Equal([sound, broken], asked.TakeLast(2));
    }
}
