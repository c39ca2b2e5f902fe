using Tagasi.Protocol.Settings;

namespace Tagasi.Agent.Settings;

/// <summary>The settings cannot be used.</summary>
internal sealed class SettingsInvalidException(string path, IReadOnlyList<string> faults)
    : Exception($"{path} has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:{string.Concat(faults.Select(fault => "\n  " + fault))}")
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
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsInvalidException(path, [e.Message]);
        }

        var faults = new List<string>();
        var settings = SettingsReader.Read<AgentSettings>(text, faults);
        SettingsChecks.Run(settings, faults);
        return faults.Count == 0 ? settings : throw new SettingsInvalidException(path, faults);
    }
}
