using System.CommandLine;
using System.Net;
using Tagasi.Cloud.Settings;
using Tagasi.Protocol;
using Tagasi.Protocol.Settings;

namespace Tagasi.Cloud.Commands;

/// <summary>The one option that every command has, and what becomes of a file with faults.</summary>
internal static class SettingsOption
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

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
            faults.AddRange(Check(settings));
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

    private static IEnumerable<string> Check(CloudSettings settings)
    {
        if (settings.Address is { Scheme: not "https" })
        {
            yield return "address: must begin with https://; browsers give passwords and cookies to nothing less";
        }

        if (settings.Listen.StartsWith("https:", StringComparison.Ordinal) && settings.Certificate is null)
        {
            yield return "certificate: is missing; listening on https needs one";
        }

        foreach (var proxy in settings.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
        {
            yield return $"trustedProxies: {proxy} is not an address";
        }

        if (settings.Mail is { Security: MailSecurity.None, Host: not ("localhost" or "127.0.0.1" or "::1") })
        {
            yield return "mail.security: none is only for a mail server on this very machine; codes would travel in clear";
        }

        if (settings.Mail is { Account: not null, SecretFile: null })
        {
            yield return "mail.secretFile: is missing; mail.account needs a password";
        }

        string?[] secrets = [settings.Certificate?.KeyFile, settings.Mail?.SecretFile];
        foreach (var secret in secrets.Where(secret => !OperatingSystem.IsWindows() && File.Exists(secret) && (File.GetUnixFileMode(secret) & Others) != UnixFileMode.None))
        {
            yield return $"{secret}: others may read it; chmod 600 {secret}";
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
