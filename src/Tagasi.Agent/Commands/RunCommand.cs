using System.CommandLine;
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
        CoreDumps.Disable();
        var settings = SettingsFile.Read(config);
        using var state = StateFolder.Take(settings.StateFolder);
        if (StateFolder.ReadEnrolment(state.Path) is not { } enrolment)
        {
            throw new StateFolderException("This host is not enrolled yet. Make a code at the service (tagasi-cloud agent code), then run 'tagasi enrol' here.");
        }

        using var host = AgentHost.Build(settings, enrolment, state);
        await host.RunAsync(cancellation);
        return CommandLine.Success;
    }
}
