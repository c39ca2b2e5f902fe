using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>The agent did not answer: its connection broke, its deadline passed, or it failed. What it did meanwhile is not known.</summary>
internal sealed class AgentCallException(string message, Exception inner) : Exception(message, inner);

/// <summary>Calls to agents. Each ends by its deadline: a connection that dies without a word must not hold anyone.</summary>
internal sealed class AgentCalls(IAgentWire wire, TimeProvider time)
{
    public Task<PreflightReply> PreflightAsync(ConnectedAgent agent, PreflightRequest request, TimeSpan deadline) =>
        CallAsync<PreflightReply>(agent, nameof(IAgentMethods.Preflight), request, deadline);

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
