using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Service;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Relay;

/// <summary>What service and agent have found out by their hellos.</summary>
/// <param name="Version">The newest that both speak.</param>
/// <param name="State">The tenant's onboarding; null with a service of version 1, which has none.</param>
/// <param name="IsWaiting">No requests come until the agents that were there before know this one.</param>
internal sealed record Greeting(int Version, OnboardingState? State, bool IsWaiting = false);

/// <summary>Says hello: finds the protocol version that both sides speak, and brings a sealing key of the tenant's epoch.</summary>
internal sealed class RelayGreeter(RelayIntroduction introduction, SealingKeys keys, TimeProvider time, ILogger<RelayGreeter> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // The epoch can grow while a key for it is made, but nobody enables writeback again and again.
    private const int MaxKeys = 5;

    // Each hello brings them anew; they are logged when they are others.
    private (string Named, bool IsWaiting) strangers = ("", false);

    /// <summary>The first hellos of a connection.</summary>
    /// <exception cref="ServiceException">The service did not answer, or does not work with this agent.</exception>
    /// <exception cref="SealingKeyException">There is no key of the epoch, and none could be made.</exception>
    public async Task<Greeting> GreetAsync(HubConnection connection, CancellationToken cancellation)
    {
        for (var version = ProtocolVersion.Current; ; version--)
        {
            var reply = await SayAsync(connection, introduction.Hello(version, keys.PublicKey, null, time.GetUtcNow()), cancellation);
            if (reply.Problem == Problems.ProtocolUnsupported.Code && version > ProtocolVersion.Oldest)
            {
                OnboardingLog.TriesOlder(logger, version);
                continue;
            }

            var state = StateOf(reply);
            if (state is null)
            {
                return new(version, null);
            }

            // Disabled: no key is taken, but whom this agent knows is heard, so that it may import.
            var now = state.IsEnabled ? new Greeting(version, state) : await OfferKeyAsync(connection, version, cancellation);
            return now.State is { IsEnabled: true } enabled && (state.IsEnabled || enabled.Epoch != keys.Epoch) ? await BringKeyAsync(connection, version, enabled, cancellation) : now;
        }
    }

    /// <summary>A later hello: after news of the tenant's onboarding, and as the heartbeat. A service of version 1 gets none.</summary>
    /// <exception cref="ServiceException">The service did not answer, or does not work with this agent any more.</exception>
    /// <exception cref="SealingKeyException">There is no key of the epoch, and none could be made.</exception>
    public async Task<Greeting> GreetAgainAsync(HubConnection connection, Greeting before, CancellationToken cancellation)
    {
        if (before.Version < ProtocolVersion.Onboarding)
        {
            return before;
        }

        var now = await OfferKeyAsync(connection, before.Version, cancellation);
        if (now.State is { IsEnabled: true } state && state.Epoch != keys.Epoch)
        {
            return await BringKeyAsync(connection, before.Version, state, cancellation);
        }

        if (before.State is { IsEnabled: true } && now.State is { IsEnabled: false })
        {
            OnboardingLog.OffboardingEventSuccess(logger);
        }
        else if (before.IsWaiting && !now.IsWaiting && now.State is { IsEnabled: true })
        {
            OnboardingLog.OnboardingEventSuccess(logger, keys.Epoch);
        }

        return now;
    }

    private async Task<Greeting> BringKeyAsync(HubConnection connection, int version, OnboardingState state, CancellationToken cancellation)
    {
        for (var i = 0; i < MaxKeys; i++)
        {
            // Not only a newer epoch: a service whose database was brought back from a backup has an older one.
            var isNew = state.Epoch != keys.Epoch;
            if (isNew)
            {
                Renew(state.Epoch);
            }

            var now = await OfferKeyAsync(connection, version, cancellation);
            state = now.State!;
            if (!state.IsEnabled || state.Epoch == keys.Epoch)
            {
                if (isNew && state.IsEnabled && !now.IsWaiting)
                {
                    OnboardingLog.OnboardingEventSuccess(logger, state.Epoch);
                }

                return now;
            }
        }

        throw new ServiceException(Problems.ProtocolUnsupported, "the service names another epoch each time");
    }

    private void Renew(long epoch)
    {
        OnboardingLog.OnboardingEventStart(logger, $"writeback is enabled in epoch {epoch}, and the key is of epoch {keys.Epoch}");
        try
        {
            keys.Renew(epoch);
            OnboardingLog.KeyPairCreationSuccess(logger, keys.PublicKey.KeyId, epoch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OnboardingLog.ConfigurationError(logger, e.Message);
            throw new SealingKeyException(e);
        }
        catch (CryptographicException e)
        {
            OnboardingLog.CryptoError(logger, e.Message);
            throw new SealingKeyException(e);
        }
    }

    /// <returns>With the tenant's onboarding.</returns>
    private async Task<Greeting> OfferKeyAsync(HubConnection connection, int version, CancellationToken cancellation)
    {
        var reply = await SayAsync(connection, introduction.Hello(version, keys.PublicKey, keys.Epoch, time.GetUtcNow()), cancellation);
        var state = StateOf(reply) ?? throw new ServiceException(Problems.ProtocolUnsupported, "the service says nothing of the tenant's onboarding");
        var isWaiting = reply.IsWaiting is true;
        Tell(reply.Strangers?.OfType<Stranger>() ?? [], isWaiting);
        return new(version, state, isWaiting);
    }

    // The service says who they are, and cannot hide that this agent's envelopes go to somebody else without the agent refusing them.
    private void Tell(IEnumerable<Stranger> found, bool isWaiting)
    {
        var named = string.Join(", ", found.Select(stranger =>
            $"{stranger.HostName} (key {stranger.KeyId}, {(stranger.IsKnown ? "named here" : "not named here")}, {(stranger.KnowsYou ? "names this agent" : "does not name this agent")})"));
        if ((named, isWaiting) != strangers && named.Length > 0)
        {
            Action<ILogger, string, string> log = isWaiting ? OnboardingLog.Waits : OnboardingLog.Strangers;
            log(logger, named, introduction.KeyId);
        }

        strangers = (named, isWaiting);
    }

    private static OnboardingState? StateOf(HelloReply reply) => reply.Accepted
        ? reply.State
        : throw new ServiceException(Problems.ByCode(reply.Problem ?? ""), reply.Detail ?? "the service does not work with this agent");

    private async Task<HelloReply> SayAsync(HubConnection connection, AgentHello hello, CancellationToken cancellation)
    {
        try
        {
            return await connection.InvokeAsync<HelloReply?>(nameof(IRelayMethods.Hello), hello, cancellation).WaitAsync(Timeout, time, cancellation)
                ?? throw new ServiceException(Problems.ProtocolUnsupported, "the answer to hello is empty");
        }
        catch (Exception e) when (e is not ServiceException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw new ServiceException(Problems.ServiceUnreachable, "no answer to hello: " + e.Message, e);
        }
    }
}

/// <summary>There is no sealing key for the tenant's epoch. The log has why; the next connection tries again.</summary>
internal sealed class SealingKeyException(Exception inner) : Exception("There is no sealing key for the tenant's epoch: " + inner.Message, inner);
