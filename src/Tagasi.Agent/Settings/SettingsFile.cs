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
    /// <exception cref="SettingsInvalidException">There are faults.</exception>
    public static AgentSettings Read(string path)
    {
        var faults = new List<string>();
        var settings = SettingsReader.ReadFile<AgentSettings>(path, "agent.json", faults);
        if (settings is not null)
        {
            SettingsChecks.Run(settings, faults);
        }

        return faults.Count == 0 ? settings! : throw new SettingsInvalidException(path, faults);
    }
}
