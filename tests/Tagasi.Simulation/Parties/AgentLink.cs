using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Network;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>Keeps one process of an agent connected and its key of the tenant's epoch, in the place of the product's RelayWorker and RelayGreeter, whose wire is SignalR itself.</summary>
internal sealed class AgentLink(Scenario scenario, SimulatedAgent agent, SealingKeys keys, SimulatedProcess process, TimeProvider time)
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
                await KeepGreetingAsync(connection);
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
        if (await GreetAsync(connection))
        {
            world.Note($"{agent.Name} has {connection.Id}");
            return connection;
        }

        scenario.Network.Close(connection);
        return null;
    }

    // Until the connection ends, or no key of the epoch can be brought.
    private async Task KeepGreetingAsync(Connection connection)
    {
        while (await Task.WhenAny(connection.Closed.Task, connection.News.Task) != connection.Closed.Task)
        {
            connection.News = new TaskCompletionSource();
            if (!await GreetAsync(connection))
            {
                scenario.Network.Close(connection);
                await connection.Closed.Task;
                return;
            }
        }
    }

    /// <returns>Whether the service works with this agent, which has a key of the tenant's epoch where one is wanted.</returns>
    private async Task<bool> GreetAsync(Connection connection)
    {
        long? epoch = null;
        while (connection.IsOpenAtAgent && await SayAsync(connection, epoch) is { Accepted: true, State: { } state })
        {
            if (!state.IsEnabled || (epoch == state.Epoch && keys.Epoch == state.Epoch))
            {
                return true;
            }

            if (keys.Epoch != state.Epoch && !TryRenew(state.Epoch))
            {
                return false;
            }

            epoch = keys.Epoch;
        }

        return false;
    }

    private bool TryRenew(long epoch)
    {
        try
        {
            keys.Renew(epoch);
            world.Note($"{agent.Name} has a key of epoch {epoch}");
            return true;
        }
        catch (IOException)
        {
            world.Note($"{agent.Name} cannot keep a key of epoch {epoch}");
            return false;
        }
    }

    private async Task<HelloReply?> SayAsync(Connection connection, long? epoch)
    {
        var answer = new TaskCompletionSource<HelloReply?>();
        var hello = new AgentHello(ProtocolVersion.Current, "1.0", agent.Name, [SimulatedDomain.Name], keys.PublicKey, time.GetUtcNow(), epoch,
            epoch is { } of ? AgentIdentity.Sign(new AgentStatement(keys.PublicKey, of, Keys.IdentityIds), Keys.Identity[agent.Number]) : null);
        scenario.Network.Send(connection, connection.ServiceSide, () => scenario.Service.Greet(
            connection, hello, reply => scenario.Network.Send(connection, process, () => answer.TrySetResult(reply))));
        world.After(HelloTimeout, process, () => answer.TrySetResult(null));
        return await answer.Task;
    }
}
