using System.Globalization;
using System.Text;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>A unique password goes through the whole product and is afterwards found nowhere but at the domain controller.</summary>
public sealed class CanaryTests
{
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
        Assert.All(Directory.GetFiles(product.Folder, "*", SearchOption.AllDirectories), file => Assert.False(Contains(ReadShared(file), traces), file));
    }

    /// <summary>The same search finds what is there: else the test above would prove nothing.</summary>
    [Fact]
    public void The_search_finds_what_is_in_a_memory()
    {
        var here = Encoding.UTF8.GetBytes("Kanarienvogel-here-" + Guid.NewGuid().ToString("N"));
        Assert.NotEmpty(Find(Environment.ProcessId, [here]));
    }

    // Every readable page of the process: what a core would hold.
    private static List<string> Find(int process, byte[][] traces)
    {
        var found = new List<string>();
        using var memory = new FileStream($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[(1 << 20) + 256];
        foreach (var line in File.ReadLines($"/proc/{process}/maps").Where(line => line.Split(' ')[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            var range = line.Split(' ')[0].Split('-');
            var (from, to) = (long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            for (var at = from; at < to; at += 1 << 20)
            {
                try
                {
                    memory.Seek(at, SeekOrigin.Begin);
                    var read = memory.Read(buffer, 0, (int)Math.Min(buffer.Length, to - at));
                    if (Contains(buffer.AsSpan(0, read), traces))
                    {
                        found.Add(line);
                    }
                }
                catch (IOException)
                {
                    // A guard page, or one that was given back meanwhile.
                    break;
                }
            }
        }

        return found;
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
