using Tagasi.Cloud.Relay;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Parties;

namespace Tagasi.Simulation.Network;

/// <summary>Carries calls of one process of the service to agents, and answers back.</summary>
internal sealed class SimulatedWire(World world, RelayNetwork network, Ledger ledger, SimulatedProcess service, TimeProvider time) : IAgentWire
{
    public async Task<T?> InvokeAsync<T>(string connectionId, string method, object argument, CancellationToken cancellation)
        where T : class
    {
        if (network.ByService(connectionId, service) is not { } connection)
        {
            throw new IOException("no such connection");
        }

        if (argument is WritebackOrder order)
        {
            ledger.Ordered(SimulatedAgent.Read(new SignedTicket(order.Ticket)).RequestId, connection.Agent.Id, time.GetUtcNow());
        }

        var answer = new TaskCompletionSource<object?>();
        void Break() => answer.TrySetException(new IOException("the connection broke"));
        connection.WhenBroken.Add(Break);
        using var late = cancellation.Register(() => answer.TrySetCanceled(cancellation));
        network.Send(connection, connection.AgentSide, () => _ = ServeAsync(connection, method, argument, answer));
        try
        {
            return (T?)await answer.Task;
        }
        finally
        {
            connection.WhenBroken.Remove(Break);
        }
    }

    // Of the tenant's onboarding; what is to be done about it is found out by a hello.
    public Task SendAsync(string connectionId, string method, object argument, CancellationToken cancellation)
    {
        if (network.ByService(connectionId, service) is { } connection)
        {
            network.Send(connection, connection.AgentSide, () => connection.News.TrySetResult());
        }

        return Task.CompletedTask;
    }

    // Runs at the agent. An agent that fails says so, as SignalR does.
    private async Task ServeAsync(Connection connection, string method, object argument, TaskCompletionSource<object?> answer)
    {
        world.Note($"{connection.Agent.Name} gets {method}");
        object result;
        try
        {
            result = await connection.Agent.ServeAsync(method, argument);
        }
        catch (Exception e)
        {
            world.Fail($"{connection.Agent.Name} threw {e}");
            return;
        }

        if (argument is WritebackOrder or ResolveRequest && world.Dice.Chance(network.Faults.Forged))
        {
            result = Forge((argument as WritebackOrder)?.Ticket ?? ((ResolveRequest)argument).Ticket);
        }

        if (connection.IsOpenAtAgent)
        {
            network.Send(connection, connection.ServiceSide, () =>
            {
                if (connection.IsOpenAtService)
                {
                    answer.TrySetResult(result);
                }
            });
        }
    }

    private string Forge(string ticket)
    {
        var signed = new SignedTicket(ticket);
        world.Note("the answer is forged");
        return SignedResult.Sign(new WritebackResult(SimulatedAgent.Read(signed).RequestId, signed.Hash, Outcome.Applied, null, null, null, null, time.GetUtcNow()), Keys.Forger);
    }
}
