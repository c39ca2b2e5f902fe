using System.Runtime.InteropServices;

namespace Tagasi.Agent.State;

/// <summary>fsync of a folder, which .NET has no call for: without it a rename may be undone by a loss of power.</summary>
internal static partial class FolderFlush
{
    public static void Run(string path)
    {
        var descriptor = Open(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{path} could not be opened to flush it (errno {Marshal.GetLastPInvokeError()})");
        }

        var result = Flush(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{path} could not be flushed (errno {error})");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
