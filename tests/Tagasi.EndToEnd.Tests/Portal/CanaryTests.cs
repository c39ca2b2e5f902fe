using System.Globalization;
using System.Text;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A unique password goes through the whole product and is afterwards found nowhere but at the domain controller.</summary>
public sealed class CanaryTests
{
    private const int Page = 4096;

    [Fact]
    public async Task The_new_password_is_in_no_file_no_log_and_no_memory_of_the_service()
    {
        await Lab.RunAsync("reset");
        var canary = "Kanarienvogel-" + Guid.NewGuid().ToString("N") + "-Ü";
        await using var product = await RunningProduct.StartAsync();
        await using (var person = await PortalBrowser.OpenAsync(product.Address))
        {
            await person.ProveAsync("anna@north.example", product.Mailbox);
            await person.ChooseAsync(canary);
            await person.Page.WaitForURLAsync("**/done");
        }

        Assert.True(await Lab.CanLogOnAsync("anna", canary));
        // Not the Ü: it is written in several ways.
        byte[][] traces = [Encoding.UTF8.GetBytes(canary[..^1]), Encoding.Unicode.GetBytes(canary[..^1]), Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))[..40])];
        Assert.Empty(Find(product.Cloud.Id, traces));
        Assert.Empty(Find(product.Agent.Id, traces));
        Assert.DoesNotContain(canary[..^1], product.Cloud.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(canary[..^1], product.Agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(canary[..^1], await product.AuditAsync(), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(product.Folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0), file => Assert.False(Contains(ReadShared(file), traces), file));
    }

    /// <summary>The same search finds what is there: else the test above would prove nothing.</summary>
    [Fact]
    public void The_search_finds_what_is_in_a_memory()
    {
        var here = Encoding.UTF8.GetBytes("Kanarienvogel-here-" + Guid.NewGuid().ToString("N"));
        Assert.NotEmpty(Find(Environment.ProcessId, [here]));
    }

    // Every page of the process that is in memory and that it writes to: what a core would hold of its heap and stacks.
    private static List<string> Find(int process, byte[][] traces)
    {
        var found = new List<string>();
        using var memory = new FileStream($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var pages = new FileStream($"/proc/{process}/pagemap", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (var line in File.ReadLines($"/proc/{process}/maps").Where(line => line.Split(' ')[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            var range = line.Split(' ')[0].Split('-').Select(text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            if (PresentRuns(pages, range[0], range[1]).Any(run => Contains(Read(memory, run.From, run.To), traces)))
            {
                found.Add(line);
            }
        }

        return found;
    }

    // Runtimes reserve far more than they use; pages that were never touched are not worth reading. Linux, pagemap: bit 63 is "present".
    private static IEnumerable<(long From, long To)> PresentRuns(FileStream pages, long from, long to)
    {
        var entries = new byte[(to - from) / Page * 8];
        pages.Seek(from / Page * 8, SeekOrigin.Begin);
        pages.ReadExactly(entries);
        long? start = null;
        for (var i = 0; i <= entries.Length / 8; i++)
        {
            var isPresent = i < entries.Length / 8 && (entries[(i * 8) + 7] & 0x80) != 0;
            if (isPresent && start is null)
            {
                start = from + (i * (long)Page);
            }
            else if (!isPresent && start is { } begin)
            {
                yield return (begin, from + (i * (long)Page));
                start = null;
            }
        }
    }

    private static byte[] Read(FileStream memory, long from, long to)
    {
        var bytes = new byte[to - from];
        memory.Seek(from, SeekOrigin.Begin);
        try
        {
            return bytes[..memory.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (IOException)
        {
            // Given back meanwhile.
            return [];
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static bool Contains(ReadOnlySpan<byte> bytes, byte[][] traces)
    {
        foreach (var trace in traces)
        {
            if (bytes.IndexOf(trace) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
