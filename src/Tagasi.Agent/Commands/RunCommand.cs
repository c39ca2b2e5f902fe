using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tagasi.Agent.Hosting;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;

namespace Tagasi.Agent.Commands;

/// <summary>tagasi run</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Run the agent until it is stopped: what systemd or the Windows service manager starts.");
        command.SetAction((parsed, cancellation) => CommandLine.RunAsync(() => RunAsync(parsed.GetRequiredValue(CommandLine.Config), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string config, CancellationToken cancellation)
    {
        var settings = SettingsFile.Read(config);
        using var state = StateFolder.Take(settings.StateFolder);
        if (StateFolder.ReadEnrolment(state.Path) is not { } enrolment)
        {
            throw new StateFolderException("This host is not enrolled yet. Make a code at the service (tagasi-cloud agent code), then run 'tagasi enrol' here.");
        }

        using var host = AgentHost.Build(settings, enrolment, state);
        return await RunAsync(host, cancellation);
    }

    /// <summary>Runs the host to its end.</summary>
    /// <returns>A failure when a worker ended it (the host has logged why), so that what started the agent starts it again.</returns>
    internal static async Task<int> RunAsync(IHost host, CancellationToken cancellation)
    {
        // Listed now: the run disposes of the host.
        var workers = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.RunAsync(cancellation);
        return workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? CommandLine.Failure : CommandLine.Success;
    }
}
