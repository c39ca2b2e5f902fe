using Tagasi.Cloud.Directory;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>The agent did not answer: its connection broke, its deadline passed, or it failed. What it did meanwhile is not known.</summary>
internal sealed class AgentCallException(string message, Exception inner) : Exception(message, inner);

/// <summary>Calls to agents. Each ends by its deadline: a connection that dies without a word must not hold anyone.</summary>
internal sealed class AgentCalls(IAgentWire wire, TimeProvider time)
{
    private static readonly TimeSpan PreflightDeadline = TimeSpan.FromSeconds(8);

    // Of the agents themselves, not of the account: another agent may say otherwise. The first two may be over in a moment.
    private static readonly HashSet<string> OwnTroubles =
        [Problems.AgentTimeout.Code, Problems.DirectoryUnavailable.Code, Problems.DirectoryUntrusted.Code, Problems.DirectorySignInFailed.Code];

    /// <summary>Asks whether a person's request would be of use, and for the rules: the first agent, and the second where the first one's own way to the directory is broken.</summary>
    /// <param name="candidates">One at least, in the order to ask in.</param>
    /// <returns>Whose answer it is, and the answer; null: there was none in time.</returns>
    public async Task<(ConnectedAgent Agent, PreflightReply? Reply)> PreflightAsync(IReadOnlyList<ConnectedAgent> candidates, User user)
    {
        var first = await TryPreflightAsync(candidates[0], user);
        if (candidates.Count == 1 || !IsOwnTrouble(first))
        {
            return (candidates[0], first);
        }

        // A second one that is broken too says no more than the first, unless the first one's trouble is there to stay.
        var second = await TryPreflightAsync(candidates[1], user);
        return !IsOwnTrouble(second) || (first is not null && first.Problem != Problems.DirectoryUnavailable.Code) ? (candidates[1], second) : (candidates[0], first);
    }

    /// <summary>Keeps in mind what an agent's way to a domain's directory has shown itself to be.</summary>
    /// <param name="problem">What came of a request; null: it was carried out.</param>
    public void Note(ConnectedAgent agent, string domain, string? problem)
    {
        var isBroken = problem is not null && OwnTroubles.Contains(problem);
        // Other refusals may come before the directory was asked.
        if (isBroken || problem is null)
        {
            agent.Note(domain, isBroken, time.GetUtcNow());
        }
    }

    public Task<string> CarryOutAsync(ConnectedAgent agent, WritebackOrder order, TimeSpan deadline) =>
        CallAsync<string>(agent, nameof(IAgentMethods.CarryOut), order, deadline);

    public Task<string> ResolveAsync(ConnectedAgent agent, ResolveRequest request, TimeSpan deadline) =>
        CallAsync<string>(agent, nameof(IAgentMethods.Resolve), request, deadline);

    /// <summary>Ends a lease. An agent of version 1 is only asked what became of it: what it has begun goes on.</summary>
    public Task<string> EndLeaseAsync(ConnectedAgent agent, ResolveRequest request, TimeSpan deadline) =>
        CallAsync<string>(agent, agent.ProtocolVersion >= ProtocolVersion.Onboarding ? nameof(IAgentMethods.EndLease) : nameof(IAgentMethods.Resolve), request, deadline);

    /// <summary>Tells an agent how its tenant's onboarding stands; it answers with a hello.</summary>
    public Task TellAsync(ConnectedAgent agent, OnboardingState state, CancellationToken cancellation) =>
        wire.SendAsync(agent.ConnectionId, nameof(IAgentMethods.Onboarded), state, cancellation);

    private async Task<PreflightReply?> TryPreflightAsync(ConnectedAgent agent, User user)
    {
        PreflightReply? reply;
        try
        {
            reply = await CallAsync<PreflightReply>(agent, nameof(IAgentMethods.Preflight), agent.PreflightOf(user), PreflightDeadline);
        }
        catch (AgentCallException)
        {
            reply = null;
        }

        Note(agent, user.Domain, reply is null ? Problems.AgentTimeout.Code : reply.Problem);
        return reply;
    }

    private static bool IsOwnTrouble(PreflightReply? reply) => reply is null || (reply.Problem is { } problem && OwnTroubles.Contains(problem));

    private async Task<T> CallAsync<T>(ConnectedAgent agent, string method, object argument, TimeSpan deadline)
        where T : class
    {
        using var timeout = new CancellationTokenSource(deadline, time);
        Interlocked.Increment(ref agent.InFlight);
        try
        {
            return await wire.InvokeAsync<T>(agent.ConnectionId, method, argument, timeout.Token) ?? throw new IOException("The answer is empty.");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            throw new AgentCallException($"{method} at agent {agent.AgentId} was not answered.", e);
        }
        finally
        {
            Interlocked.Decrement(ref agent.InFlight);
        }
    }
}
