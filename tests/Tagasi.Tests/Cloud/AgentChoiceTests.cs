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
        await using var broken = await ScriptedAgent.EnrolAsync(service);
        await using var sound = await ScriptedAgent.EnrolAsync(service);
        broken.KnownAgents.Add(sound.KeyId);
        sound.KnownAgents.Add(broken.KeyId);
        await broken.ConnectAsync();
        await sound.ConnectAsync();
        await broken.BringKeyAsync(1);
        await sound.BringKeyAsync(1);
        var asked = 0;
        broken.OnPreflight = _ =>
        {
            asked++;
            return Task.FromResult(new PreflightReply(Problems.DirectorySignInFailed.Code, null, null, [], broken.Opener.PublicKey));
        };
        await service.AddUserAsync("anna@north.example");
        for (var person = 0; person < 3; person++)
        {
            var session = await service.ProveAsync("anna@north.example");
            Assert.Null((await service.NewPassword.PreflightAsync(session, None)).Problem);
            var (ticket, envelope) = await NewPasswordTests.SealAsync(service, session);
            Assert.Equal(RecoveryStep.Applied, (await service.NewPassword.SubmitAsync(session, ticket, envelope, None)).Step);
        }

        Assert.InRange(asked, 0, 1);
        Assert.Empty(broken.Orders);

        // Both broken: it is said.
        sound.OnPreflight = _ => Task.FromResult(new PreflightReply(Problems.DirectoryUnavailable.Code, null, null, [], sound.Opener.PublicKey));
        var last = await service.ProveAsync("anna@north.example");
        Assert.NotNull((await service.NewPassword.PreflightAsync(last, None)).Problem);
        Assert.True(asked > 0);
    }
}
