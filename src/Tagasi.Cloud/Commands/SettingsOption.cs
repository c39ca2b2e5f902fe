using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Tagasi.Cloud.Settings;
using Tagasi.Protocol;
using Tagasi.Protocol.Settings;

namespace Tagasi.Cloud.Commands;

/// <summary>The one option that every command has, and what becomes of a file with faults.</summary>
internal static class SettingsOption
{
    public static Option<string> Create() => new("--config", "-c")
    {
        Description = "The settings file.",
        DefaultValueFactory = _ => OperatingSystem.IsWindows() ? @"C:\ProgramData\Tagasi\cloud.json" : "/etc/tagasi/cloud.json",
    };

    /// <summary>Reads the file; null after every fault was told.</summary>
    public static CloudSettings? Read(string path)
    {
        var faults = new List<string>();
        CloudSettings? settings = null;
        try
        {
            settings = SettingsReader.Read<CloudSettings>(File.ReadAllText(path), faults);
            faults.AddRange(CheckFiles(settings));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(e.Message);
        }

        if (faults.Count == 0)
        {
            return settings;
        }

        Console.Error.WriteLine($"{Problems.SettingsInvalid.Code}: {path} has {faults.Count} fault(s):");
        faults.ForEach(fault => Console.Error.WriteLine("  " + fault));
        return null;
    }

    private static IEnumerable<string> CheckFiles(CloudSettings settings)
    {
        if (settings.Address is { Scheme: not "https" })
        {
            yield return "address: must begin with https://; browsers give passwords and cookies to nothing less";
        }

        if (settings.Listen.StartsWith("https:", StringComparison.Ordinal) && settings.Certificate is null)
        {
            yield return "certificate: is missing; listening on https needs one";
        }

        (string Name, string? Path)[] files =
        [
            ("certificate.file", settings.Certificate?.File), ("certificate.keyFile", settings.Certificate?.KeyFile),
            ("mail.authority", settings.Mail?.Authority), ("mail.secretFile", settings.Mail?.SecretFile),
        ];
        foreach (var (name, path) in files.Where(file => file.Path is not null && !File.Exists(file.Path)))
        {
            yield return $"{name}: there is no file {path}, or it may not be read";
        }
    }
}
