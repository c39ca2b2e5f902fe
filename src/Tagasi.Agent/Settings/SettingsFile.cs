using Tagasi.Agent.State;
using Tagasi.Protocol.Settings;

namespace Tagasi.Agent.Settings;

/// <summary>The settings cannot be used.</summary>
internal sealed class SettingsInvalidException(string path, IReadOnlyList<string> faults)
    : Exception(SettingsReader.Describe(path, faults))
{
    public string Path => path;

    public IReadOnlyList<string> Faults => faults;
}

/// <summary>Reads the settings file and finds all its faults at once, those of the files that it names included.</summary>
internal static class SettingsFile
{
    /// <param name="withSecrets">Whether those of the directory are needed: outside its unit a command has no systemd credentials.</param>
    /// <exception cref="SettingsInvalidException">There are faults.</exception>
    public static AgentSettings Read(string path, bool withSecrets = true)
    {
        var faults = new List<string>();
        var settings = SettingsReader.ReadFile<AgentSettings>(path, "agent.json", faults);
        if (settings is not null)
        {
            SettingsChecks.Run(settings, withSecrets, faults);
        }

        if (PrivateFiles.FindWritable(path) is { } fault)
        {
            faults.Add(fault);
        }

        return faults.Count == 0 ? settings! : throw new SettingsInvalidException(path, faults);
    }
}
