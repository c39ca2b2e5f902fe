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
internal sealed record Greeting(int Version, OnboardingState? State);

/// <summary>Says hello: finds the protocol version that both sides speak, and brings a sealing key of the tenant's epoch.</summary>
internal sealed class RelayGreeter(RelayIntroduction introduction, SealingKeys keys, TimeProvider time, ILogger<RelayGreeter> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // The epoch can grow while a key for it is made, but nobody enables writeback again and again.
    private const int MaxKeys = 5;

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
            return new(version, state is { IsEnabled: true } ? await BringKeyAsync(connection, version, state, cancellation) : state);
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

        var state = await OfferKeyAsync(connection, before.Version, cancellation);
        if (state.IsEnabled && state.Epoch != keys.Epoch)
        {
            state = await BringKeyAsync(connection, before.Version, state, cancellation);
        }
        else if (before.State is { IsEnabled: true } && !state.IsEnabled)
        {
            OnboardingLog.OffboardingEventSuccess(logger);
        }

        return before with { State = state };
    }

    private async Task<OnboardingState> BringKeyAsync(HubConnection connection, int version, OnboardingState state, CancellationToken cancellation)
    {
        for (var i = 0; i < MaxKeys; i++)
        {
            // Not only a newer epoch: a service whose database was brought back from a backup has an older one.
            var isNew = state.Epoch != keys.Epoch;
            if (isNew)
            {
                Renew(state.Epoch);
            }

            state = await OfferKeyAsync(connection, version, cancellation);
            if (!state.IsEnabled || state.Epoch == keys.Epoch)
            {
                if (isNew && state.IsEnabled)
                {
                    OnboardingLog.OnboardingEventSuccess(logger, state.Epoch);
                }

                return state;
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

    private async Task<OnboardingState> OfferKeyAsync(HubConnection connection, int version, CancellationToken cancellation) =>
        StateOf(await SayAsync(connection, introduction.Hello(version, keys.PublicKey, keys.Epoch, time.GetUtcNow()), cancellation))
            ?? throw new ServiceException(Problems.ProtocolUnsupported, "the service says nothing of the tenant's onboarding");

    private static OnboardingState? StateOf(HelloReply reply) => reply.Accepted
        ? reply.State
        : throw new ServiceException(Problems.ByCode(reply.Problem ?? ""), reply.Detail ?? "the service does not work with this agent");

    private async Task<HelloReply> SayAsync(HubConnection connection, AgentHello hello, CancellationToken cancellation)
    {
        try
        {
            return await connection.InvokeAsync<HelloReply>(nameof(IRelayMethods.Hello), hello, cancellation).WaitAsync(Timeout, time, cancellation);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw new ServiceException(Problems.ServiceUnreachable, "no answer to hello: " + e.Message, e);
        }
    }
}

/// <summary>There is no sealing key for the tenant's epoch. The log has why; the next connection tries again.</summary>
internal sealed class SealingKeyException(Exception inner) : Exception("There is no sealing key for the tenant's epoch: " + inner.Message, inner);
