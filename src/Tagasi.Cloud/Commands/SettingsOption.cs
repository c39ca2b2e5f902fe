using System.CommandLine;
using Tagasi.Cloud.Settings;
using Tagasi.Protocol;
using Tagasi.Protocol.Settings;

namespace Tagasi.Cloud.Commands;

/// <summary>The one option that every command has, and what becomes of a file with faults.</summary>
internal static class SettingsOption
{
    public static Option<string> Config { get; } = new("--config", "-c")
    {
        Description = "The settings file. The example, cloud.json, explains each line.",
        HelpName = "PATH",
        DefaultValueFactory = _ => OperatingSystem.IsWindows() ? @"C:\ProgramData\Tagasi\cloud.json" : "/etc/tagasi/cloud.json",
        Recursive = true,
    };

    /// <summary>Reads the file; null after every fault was told.</summary>
    public static CloudSettings? Read(string path)
    {
        var faults = new List<string>();
        var settings = SettingsReader.ReadFile<CloudSettings>(path, "cloud.json", faults);
        if (settings is not null)
        {
            faults.AddRange(SettingsChecks.Find(settings));
        }

        if (faults.Count == 0)
        {
            return settings;
        }

        Console.Error.WriteLine($"{Problems.SettingsInvalid.Code}: {SettingsReader.Describe(path, faults)}");
        return null;
    }
}
