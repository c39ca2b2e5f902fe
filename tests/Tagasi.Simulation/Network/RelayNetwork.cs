using Tagasi.Protocol.Relay;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Parties;

namespace Tagasi.Simulation.Network;

/// <summary>The network between the service and its agents: messages, connections, and what befalls them.</summary>
internal sealed class RelayNetwork(World world)
{
    private readonly List<Connection> connections = [];
    private readonly Dictionary<(SimulatedAgent Agent, bool IsToAgent), TimeSpan> cutUntil = [];
    private int made;

    public LinkFaults Faults { get; set; } = new();

    /// <summary>Messages on their way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Nothing passes, at least one way.</summary>
    public bool IsCut(SimulatedAgent agent) => IsCut(agent, isToAgent: true) || IsCut(agent, isToAgent: false);

    public Connection? ByService(string id, SimulatedProcess serviceSide) =>
        connections.Find(connection => connection.Id == id && connection.ServiceSide == serviceSide && connection.IsOpenAtService);

    public Connection Open(SimulatedAgent agent, SimulatedProcess agentSide, SimulatedProcess serviceSide)
    {
        var connection = new Connection($"connection {++made}", agent, agentSide, serviceSide);
        connections.Add(connection);
        return connection;
    }

    /// <summary>Nothing passes for a while, both ways or one. Silence of <see cref="RelayWire.PeerTimeout"/> ends the connections.</summary>
    public void Cut(SimulatedAgent agent, TimeSpan duration)
    {
        var ways = world.Dice.Pick<bool[]>([[true, false], [true], [false]]);
        world.Note($"{agent.Name} is cut off for {duration.TotalSeconds:0.0} s, {(ways.Length == 2 ? "both ways" : ways[0] ? "from the service" : "to the service")}");
        foreach (var isToAgent in ways)
        {
            cutUntil[(agent, isToAgent)] = world.Now + duration;
        }

        foreach (var connection in connections.Where(connection => connection.Agent == agent).ToList())
        {
            FallSilent(connection, duration);
        }
    }

    /// <summary>Sends a message over a connection, which may be lost, late, or come twice: the second time to whatever process the agent has by then.</summary>
    public void Send(Connection connection, SimulatedProcess to, Action arrive)
    {
        if (world.Dice.Chance(Faults.Duplicated))
        {
            Deliver(connection, () => to == connection.AgentSide ? connection.Agent.Process : to, world.Dice.Seconds(0.1, 60), arrive);
        }

        if (!world.Dice.Chance(Faults.Lost))
        {
            Deliver(connection, () => to, Latency(), arrive);
        }
    }

    public TimeSpan Latency() => world.Dice.Chance(Faults.Late) ? world.Dice.Seconds(0.2, 8) : world.Dice.Seconds(0.005, 0.05);

    /// <summary>One side closes; the other learns of it, or does not.</summary>
    public void Close(Connection connection)
    {
        if (!connection.IsOpenAtAgent && !connection.IsOpenAtService)
        {
            return;
        }

        var isSilent = IsCut(connection.Agent) || world.Dice.Chance(Faults.HalfOpen);
        var notice = isSilent ? RelayWire.PeerTimeout : Latency();
        var (serviceAfter, agentAfter) = (connection.ServiceSide.IsAlive ? notice : TimeSpan.Zero, connection.AgentSide.IsAlive ? notice : TimeSpan.Zero);
        world.After(serviceAfter, connection.ServiceSide, () => EndAtService(connection));
        world.After(agentAfter, connection.AgentSide, () => EndAtAgent(connection));
    }

    /// <summary>A process died, and its connections with it.</summary>
    public void Died(SimulatedProcess process)
    {
        foreach (var connection in connections.Where(connection => connection.AgentSide == process || connection.ServiceSide == process).ToList())
        {
            Close(connection);
        }

        connections.RemoveAll(connection => !connection.AgentSide.IsAlive && !connection.ServiceSide.IsAlive);
    }

    private bool IsCut(SimulatedAgent agent, bool isToAgent) => cutUntil.GetValueOrDefault((agent, isToAgent)) > world.Now;

    private void Deliver(Connection connection, Func<SimulatedProcess?> find, TimeSpan latency, Action arrive)
    {
        InFlight++;
        world.After(latency, null, () =>
        {
            InFlight--;
            if (find() is { } to && !IsCut(connection.Agent, to != connection.ServiceSide))
            {
                world.After(TimeSpan.Zero, to, arrive);
            }
        });
    }

    // Both sides ping; who hears nothing for so long gives the other up.
    private void FallSilent(Connection connection, TimeSpan duration)
    {
        if (duration < RelayWire.PeerTimeout)
        {
            return;
        }

        world.After(RelayWire.PeerTimeout, connection.ServiceSide, () => EndAtService(connection));
        world.After(RelayWire.PeerTimeout + world.Dice.Seconds(0, 8), connection.AgentSide, () => EndAtAgent(connection));
    }

    private static void EndAtAgent(Connection connection)
    {
        connection.IsOpenAtAgent = false;
        connection.Closed.TrySetResult();
    }

    private void EndAtService(Connection connection)
    {
        if (!connection.IsOpenAtService)
        {
            return;
        }

        connection.IsOpenAtService = false;
        connections.Remove(connection);
        foreach (var tell in connection.WhenBroken.ToList())
        {
            tell();
        }

        connection.Agent.Service.Disconnected(connection);
    }
}
