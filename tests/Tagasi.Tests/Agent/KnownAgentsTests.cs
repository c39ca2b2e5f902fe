using System.Security.Cryptography;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>A password that somebody else could open, too, is set only if that is an agent which this host's settings name.</summary>
public sealed class KnownAgentsTests : IDisposable
{
    private readonly ScriptedAgent agent = new();
    private readonly ECDsa identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly EnvelopeOpener opener = new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose()
    {
        agent.Dispose();
        identity.Dispose();
        opener.Dispose();
    }

    [Fact]
    public async Task A_password_that_a_known_agent_can_open_too_is_set()
    {
        Know(identity);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(OrderFor(RecipientOf(identity, opener)))).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(OrderFor(RecipientOf(identity, opener)))).Outcome);
        Assert.Equal(2, agent.Directory.Writes);
    }

    [Fact]
    public async Task An_agent_that_the_settings_do_not_name_is_a_stranger_whatever_the_service_says() => await RefusedAsync(OrderFor(RecipientOf(identity, opener)));

    [Fact]
    public async Task A_sealing_key_that_was_swapped_is_not_the_known_agents()
    {
        Know(identity);
        using var service = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Signed by another key than the one that it is said to be of, or not at all.
        await RefusedAsync(OrderFor(new Recipient(identity.ExportSubjectPublicKeyInfo(), Statement(opener.PublicKey, service))));
        await RefusedAsync(OrderFor(new Recipient(identity.ExportSubjectPublicKeyInfo(), "")));
        await RefusedAsync(OrderFor(new Recipient([1, 2, 3], Statement(opener.PublicKey, identity))));
    }

    [Fact]
    public async Task A_statement_about_another_key_is_worth_nothing()
    {
        Know(identity);
        using var former = new EnvelopeOpener(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        await RefusedAsync(OrderFor(new Recipient(identity.ExportSubjectPublicKeyInfo(), Statement(former.PublicKey, identity))));
        // Another point under the name.
        await RefusedAsync(OrderFor(new Recipient(identity.ExportSubjectPublicKeyInfo(), Statement(former.PublicKey with { KeyId = opener.PublicKey.KeyId }, identity))));
    }

    [Fact]
    public async Task A_recipient_that_nobody_speaks_of_is_a_stranger()
    {
        Know(identity);
        await RefusedAsync(OrderFor());
        using var other = new EnvelopeOpener(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        await RefusedAsync(OrderFor(RecipientOf(identity, other)));
    }

    private void Know(ECDsa other)
    {
        agent.KnownAgents = [KeyId.Of(other)];
        agent.Start();
    }

    private static Recipient RecipientOf(ECDsa identity, EnvelopeOpener opener) => new(identity.ExportSubjectPublicKeyInfo(), Statement(opener.PublicKey, identity));

    private static string Statement(SealingKey key, ECDsa signer) => AgentIdentity.Sign(new AgentStatement(key, 1, []), signer);

    /// <summary>Sealed to the agent and to <see cref="opener"/>; the service says the recipients.</summary>
    private WritebackOrder OrderFor(params Recipient[] said)
    {
        var signed = agent.Sign(agent.NewTicket());
        return new WritebackOrder(signed.Compact, EnvelopeSealer.Seal("Uus parool 1", signed.Hash, [agent.SealingKey, opener.PublicKey]), said);
    }

    private async Task RefusedAsync(WritebackOrder order)
    {
        var result = await agent.CarryOutAsync(order);
        Assert.Equal((Outcome.Refused, Problems.RecipientUnknown.Code), (result.Outcome, result.Problem));
        Assert.Equal(0, agent.Directory.Writes);
    }
}
