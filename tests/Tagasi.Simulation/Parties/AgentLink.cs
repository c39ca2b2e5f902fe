using Tagasi.Agent.Relay;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Network;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>Keeps one process of an agent connected, in the place of the product's RelayWorker, whose wire is SignalR itself.</summary>
internal sealed class AgentLink(Scenario scenario, SimulatedAgent agent, SimulatedProcess process, TimeProvider time)
{
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(15);
    private readonly World world = scenario.World;
    private readonly ReconnectBackoff backoff = new(scenario.World.Dice.Fraction);

    public async Task KeepConnectedAsync()
    {
        while (true)
        {
            var stoodFor = TimeSpan.Zero;
            if (await ConnectAsync() is { } connection)
            {
                var began = world.Now;
                await connection.Closed.Task;
                stoodFor = world.Now - began;
                world.Note($"{agent.Name} lost {connection.Id}");
            }

            await Task.Delay(backoff.Next(stoodFor), time);
        }
    }

    /// <returns>A connection on which the service accepted this agent; null when there is none to be had now.</returns>
    private async Task<Connection?> ConnectAsync()
    {
        await world.Delay(scenario.Network.Latency(), process);
        if (scenario.Network.IsCut(agent) || scenario.Service.Process is not { IsAlive: true } service)
        {
            return null;
        }

        var connection = scenario.Network.Open(agent, process, service);
        var answer = new TaskCompletionSource<bool>();
        var hello = new AgentHello(ProtocolVersion.Current, "1.0", agent.Name, [SimulatedDomain.Name], agent.SealingKey, time.GetUtcNow(), SimulatedService.Epoch);
        scenario.Network.Send(connection, service, () => scenario.Service.Greet(
            connection, hello, isAccepted => scenario.Network.Send(connection, process, () => answer.TrySetResult(isAccepted))));
        world.After(HelloTimeout, process, () => answer.TrySetResult(false));
        if (await answer.Task && connection.IsOpenAtAgent)
        {
            world.Note($"{agent.Name} has {connection.Id}");
            return connection;
        }

        scenario.Network.Close(connection);
        return null;
    }
}
