using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Reliability;

internal enum Victim
{
    Agent,
    Service,
    Controller,
}

internal enum Signal
{
    /// <summary>SIGKILL, and a new start after the pause.</summary>
    Kill,

    /// <summary>SIGSTOP, and SIGCONT after the pause.</summary>
    Stop,
}

/// <summary>What befalls one of the three.</summary>
/// <param name="Pause">How long it is away.</param>
internal sealed record Blow(Victim Victim, Signal Signal, TimeSpan Pause)
{
    private const string Emulator = "north-dc1";

    public async Task StrikeAsync(LinkedProduct linked)
    {
        var product = linked.Product;
        await ((Victim, Signal) switch
        {
            (Victim.Agent, Signal.Kill) => product.Agent.KillAsync(),
            (Victim.Agent, _) => product.Agent.SignalAsync("STOP"),
            (Victim.Service, Signal.Kill) => product.Cloud.KillAsync(),
            (Victim.Service, _) => product.Cloud.SignalAsync("STOP"),
            (_, Signal.Kill) => Lab.RunAsync("kill", Emulator),
            _ => Lab.RunAsync("freeze", Emulator),
        });
    }

    /// <summary>Starts it anew or lets it go on, and waits for the agent to be ready where a new one was started.</summary>
    public async Task MendAsync(LinkedProduct linked)
    {
        await Task.Delay(Pause);
        var product = linked.Product;
        await ((Victim, Signal) switch
        {
            (Victim.Agent, Signal.Kill) => RestartAgentAsync(linked),
            (Victim.Agent, _) => product.Agent.SignalAsync("CONT"),
            (Victim.Service, Signal.Kill) => RestartCloudAsync(product),
            (Victim.Service, _) => product.Cloud.SignalAsync("CONT"),
            (_, Signal.Kill) => Lab.RunAsync("start", Emulator),
            _ => Lab.RunAsync("thaw", Emulator),
        });
    }

    private static async Task RestartAgentAsync(LinkedProduct linked)
    {
        await linked.Product.Agent.DisposeAsync();
        await linked.Product.StartAgentAsync();
    }

    private static async Task RestartCloudAsync(RunningProduct product)
    {
        await product.Cloud.DisposeAsync();
        await product.StartCloudAsync();
    }
}
