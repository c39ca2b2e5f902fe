using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace Tagasi.Simulation.Engine;

/// <summary>Runs a background service in a simulated process. Its own StartAsync would begin on the thread pool.</summary>
internal static class Background
{
    public static void Run(SimulatedProcess process, BackgroundService service) => process.Start(() => Execute(service, CancellationToken.None));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ExecuteAsync")]
    private static extern Task Execute(BackgroundService service, CancellationToken stopping);
}
