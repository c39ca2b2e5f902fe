using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.Cloud.Settings;

/// <summary>The faults that one setting alone does not show: names that must fit each other, and files that must be there.</summary>
internal static class SettingsChecks
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<string> Find(CloudSettings settings) =>
        [.. FindInAddresses(settings), .. FindInMail(settings.Mail), .. FindInFiles(settings), .. FindInCertificate(settings.Certificate)];

    /// <summary>Where to listen, as an address; null when it is none. A host name is none: Kestrel would listen everywhere for it.</summary>
    public static IPEndPoint? ParseListen(string listen)
    {
        var isAddress = Uri.TryCreate(listen.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/" };
        return !isAddress ? null
            : uri!.Host == "localhost" ? new IPEndPoint(IPAddress.Loopback, uri.Port)
            : IPAddress.TryParse(uri.Host, out var address) ? new IPEndPoint(address, uri.Port)
            : null;
    }

    private static IEnumerable<string> FindInAddresses(CloudSettings settings)
    {
        if (settings.Address is { Scheme: not "https" })
        {
            yield return "address: must begin with https://; browsers give passwords and cookies to nothing less";
        }

        if (ParseListen(settings.Listen) is null)
        {
            yield return $"listen: '{settings.Listen}' is no address to listen on, such as https://0.0.0.0:8443: http or https, then an IP address, localhost or *, then a port";
        }

        if (settings.Listen.StartsWith("https:", StringComparison.Ordinal) && settings.Certificate is null)
        {
            yield return "certificate: is missing; listening on https needs one";
        }

        foreach (var proxy in settings.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
        {
            yield return $"trustedProxies: {proxy} is not an address";
        }

        if (settings.DataFolder is { } folder && !Path.IsPathFullyQualified(folder))
        {
            yield return "dataFolder: must be a full path";
        }
    }

    private static IEnumerable<string> FindInMail(MailSettings? mail)
    {
        if (mail is { Security: MailSecurity.None, Host: not (null or "localhost" or "127.0.0.1" or "::1") })
        {
            yield return "mail.security: none is only for a mail server on this very machine; codes would travel in clear";
        }

        if (mail is { Account: not null, SecretFile: null })
        {
            yield return "mail.secretFile: is missing; mail.account needs a password";
        }

        if (mail is { Account: null, SecretFile: not null })
        {
            yield return "mail.account: is missing; mail.secretFile is an account's password";
        }
    }

    private static IEnumerable<string> FindInFiles(CloudSettings settings)
    {
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

    private static IEnumerable<string> FindInCertificate(CertificateSettings? certificate)
    {
        if (certificate is { File: { } file, KeyFile: { } key } && File.Exists(file) && File.Exists(key) && TryLoad(file, key) is { } fault)
        {
            yield return $"certificate: {fault}";
        }
    }

    private static string? TryLoad(string file, string key)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(file, key);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
