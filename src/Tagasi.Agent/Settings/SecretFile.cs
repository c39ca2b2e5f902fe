using Tagasi.Agent.State;

namespace Tagasi.Agent.Settings;

/// <summary>A file with a secret: a path, or the name of a systemd credential (LoadCredential=), which systemd shows to this service alone.</summary>
/// <remarks>Never the command line or an environment variable: both can be read by others on the host.</remarks>
internal static class SecretFile
{
    private const string CredentialsFolder = "CREDENTIALS_DIRECTORY";

    /// <summary>Where the secret is; null when it is named as a credential and there are none.</summary>
    public static string? Resolve(string name) =>
        Path.IsPathRooted(name) ? name
        : Environment.GetEnvironmentVariable(CredentialsFolder) is { Length: > 0 } folder ? Path.Combine(folder, Path.GetFileName(name))
        : null;

    /// <summary>Why it cannot be used, with what mends it; null: it can.</summary>
    public static string? FindFault(string name)
    {
        if (Resolve(name) is not { } path)
        {
            return $"'{name}' is not a full path, and no systemd credentials were given to this process (LoadCredential={name}:/path)";
        }

        if (!File.Exists(path))
        {
            return $"there is no file {path}";
        }

        if (PrivateFiles.FindFault(path) is { } fault)
        {
            return fault;
        }

        try
        {
            using var file = File.OpenRead(path);
            return file.Length == 0 ? $"{path} is empty" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read by this account: {e.Message}";
        }
    }

    /// <summary>The password in UTF-8 without the line feed that editors put behind it. The caller wipes it.</summary>
    /// <exception cref="IOException">It cannot be read, or others could read it too.</exception>
    public static async ValueTask<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        if (FindFault(name) is { } fault)
        {
            throw new IOException(fault);
        }

        var content = await File.ReadAllBytesAsync(Resolve(name)!, cancellation);
        var end = content.AsSpan().TrimEnd("\r\n"u8).Length;
        var secret = GC.AllocateUninitializedArray<byte>(end, pinned: true);
        content.AsSpan(0, end).CopyTo(secret);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(content);
        return secret;
    }
}
