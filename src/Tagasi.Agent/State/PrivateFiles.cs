namespace Tagasi.Agent.State;

/// <summary>Files and folders that nobody but the agent may read.</summary>
internal static class PrivateFiles
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    private const UnixFileMode OthersAccess =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder where there is none; one that is there keeps its permissions, which <see cref="FindFault"/> judges.</summary>
    public static void EnsureFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // Inherited permissions of %ProgramData%\Tagasi, which the administrator has to restrict.
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>What is wrong with a file's or folder's permissions, with the command that mends it; null: nothing.</summary>
    public static string? FindFault(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = File.GetUnixFileMode(path);
        return (mode & OthersAccess) == UnixFileMode.None
            ? null
            : $"{path} is open to others (mode {Convert.ToString((int)mode, 8)}): run 'chmod {(Directory.Exists(path) ? "700" : "600")} {path}'";
    }

    /// <summary>Who else may change a file that has the last word, with the command that mends it; null: nobody.</summary>
    public static string? FindWritable(string path) =>
        OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == UnixFileMode.None
            ? null
            : $"others may change {path}, which says what the agent may do: run 'chmod go-w {path}'";

    /// <summary>Writes a file wholly or not at all, in the place of an existing one; it has survived a loss of power on return.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => Install(WriteDraft(path, content), path);

    /// <summary>The first half of <see cref="Write"/>: the new content under a name of its own; what is at the path stays untouched.</summary>
    /// <returns>Where the draft is.</returns>
    public static string WriteDraft(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using var file = Open(draft);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return draft;
    }

    /// <summary>The second half of <see cref="Write"/>. When it fails, either content may be there.</summary>
    public static void Install(string draft, string path)
    {
        File.Move(draft, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a file for reading and writing, unbuffered; makes it, readable to its owner alone, where there is none.</summary>
    public static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return new FileStream(path, options);
    }

    // A new name is kept only once its folder is.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            FolderFlush.Run(path);
        }
    }
}
