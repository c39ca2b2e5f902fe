using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>A disk of its own for one folder, small enough to be filled.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo folder;

    private SmallDisk(DirectoryInfo folder) => this.folder = folder;

    public string Folder => folder.FullName;

    private string Filler => Path.Combine(Folder, "filler");

    public static async Task<SmallDisk> MountAsync(int sizeMegabytes)
    {
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("tagasi-disk-"));
        await AsRootAsync("mount", "-t", "tmpfs", "-o", $"size={sizeMegabytes}m,mode=0700,uid={await MyIdAsync()}", "tmpfs", disk.Folder);
        return disk;
    }

    /// <summary>Leaves not one page free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[Environment.SystemPageSize];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await AsRootAsync("umount", "--lazy", Folder);
        folder.Delete();
    }

    private static async Task<string> MyIdAsync() => (await ChildProcess.RunAsync("id", ["-u"])).Output.Trim();

    private static async Task AsRootAsync(params string[] command)
    {
        string[] whole = Environment.IsPrivilegedProcess ? command : ["sudo", .. command];
        var (code, output, error) = await ChildProcess.RunAsync(whole[0], whole[1..]);
        Assert.True(code == 0, string.Join(' ', whole) + ": " + output + error);
    }
}
