using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Parties;

namespace Tagasi.Simulation.Network;

/// <summary>One connection of an agent. Its two sides learn of its end at different times.</summary>
internal sealed class Connection(string id, SimulatedAgent agent, SimulatedProcess agentSide, SimulatedProcess serviceSide)
{
    public string Id => id;

    public SimulatedAgent Agent => agent;

    public SimulatedProcess AgentSide => agentSide;

    public SimulatedProcess ServiceSide => serviceSide;

    public bool IsOpenAtService { get; set; } = true;

    public bool IsOpenAtAgent { get; set; } = true;

    /// <summary>Calls of the service that wait for an answer: each is told when the connection ends.</summary>
    public List<Action> WhenBroken { get; } = [];

    /// <summary>Ends when the agent's side has heard that the tenant's onboarding is another now.</summary>
    public TaskCompletionSource News { get; set; } = new();

    /// <summary>Ends when the agent's side has learned that the connection is over.</summary>
    public TaskCompletionSource Closed { get; } = new();
}
