using System.CommandLine;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Protocol;

namespace Tagasi.Agent.Commands;

/// <summary>What all commands share: where the settings are, and how a failure is told.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>Of settings with faults; the service's programs have the same. A systemd unit can tell by it that starting again is of no use.</summary>
    public const int SettingsInvalid = 2;

    public static Option<string> Config { get; } = new("--config", "-c")
    {
        Description = "The settings file. The example, agent.json, explains each line.",
        HelpName = "PATH",
        DefaultValueFactory = _ => "/etc/tagasi/agent.json",
        Recursive = true,
    };

    /// <summary>Runs a command and tells what the administrator can mend, in words and without a stack; the rest is a bug and throws.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (SettingsInvalidException e)
        {
            await FailAsync($"{Problems.SettingsInvalid.Code}: {e.Message}");
            return SettingsInvalid;
        }
        catch (ServiceException e)
        {
            return await FailAsync(e.Message);
        }
        catch (StateFolderException e)
        {
            return await FailAsync(e.Message);
        }
        catch (JournalDamagedException e)
        {
            return await FailAsync(
                $"The agent does not start: {e.Message}. Move the file away: the agent then begins a new one, and says of requests from before that it does not know what "
                + "became of them. Do not bring back an older copy: it would deny what was done since.");
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return Failure;
    }
}
