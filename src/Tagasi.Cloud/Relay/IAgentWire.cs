namespace Tagasi.Cloud.Relay;

/// <summary>What carries a call to an agent and its answer back: SignalR, or the simulator's network.</summary>
internal interface IAgentWire
{
    /// <summary>Calls a method of the agent at the other end of a connection.</summary>
    /// <exception cref="IOException">The connection is gone or broke; what the agent did is not known.</exception>
    /// <exception cref="OperationCanceledException">No answer until the token was cancelled.</exception>
    Task<T?> InvokeAsync<T>(string connectionId, string method, object argument, CancellationToken cancellation)
        where T : class;

    /// <summary>Tells the agent at the other end of a connection something, and waits for no answer.</summary>
    Task SendAsync(string connectionId, string method, object argument, CancellationToken cancellation);
}
