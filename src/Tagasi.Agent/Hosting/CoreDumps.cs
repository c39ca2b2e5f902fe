using System.Runtime.InteropServices;

namespace Tagasi.Agent.Hosting;

/// <summary>Keeps passwords that are in memory for a moment out of core dumps and away from debuggers of the same user.</summary>
internal static partial class CoreDumps
{
    private const int CoreFileSize = 4; // RLIMIT_CORE
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int GetDumpable = 3; // PR_GET_DUMPABLE

    /// <summary>Off for this process. Elsewhere than on Linux this does nothing: Windows writes none of a service unless told to.</summary>
    public static void Disable()
    {
        if (OperatingSystem.IsLinux())
        {
            var none = default(Limit);
            _ = SetLimit(CoreFileSize, in none);
            _ = Control(SetDumpable, 0, 0, 0, 0);
        }
    }

    /// <summary>Whether they are off; null where that cannot be told.</summary>
    public static bool? AreDisabled => OperatingSystem.IsLinux() ? Control(GetDumpable, 0, 0, 0, 0) == 0 : null;

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
