using System.Runtime.CompilerServices;

namespace Tagasi.EndToEnd.Tests.Product;

/// <summary>The programs as they were built beside these tests, in the same configuration.</summary>
internal static class Executables
{
    public static string Root { get; } = FindRoot();

    public static string Cloud { get; } = Built("Tagasi.Cloud", "tagasi-cloud");

    public static string Agent { get; } = Built("Tagasi.Agent", "tagasi");

    public static string Lab { get; } = Path.Combine(Root, "lab", "lab");

    private static string Built(string project, string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, name);
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Tagasi.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
