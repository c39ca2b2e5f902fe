using System.Globalization;
using System.Text;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Portal;

/// <summary>Unique passwords go through the whole product and are afterwards found nowhere but at the domain controller.</summary>
[Collection(OperationsTests.Name)]
public sealed class CanaryTests(OperationsFixture fixture)
{
    private const int Page = 4096;

    private RunningProduct Product => fixture.Product;

    [Fact]
    public async Task The_new_password_is_in_no_file_no_log_and_no_memory_of_the_service()
    {
        var canary = NewCanary();
        await using (var person = await PortalBrowser.OpenAsync(Product.Address))
        {
            await person.ProveAsync("anna@north.example", Product.Mailbox);
            await person.ChooseAsync(canary);
            await person.AtAsync("/done");
        }

        Assert.True(await Lab.CanLogOnAsync("anna", canary));
        await AssertIsNowhereAsync(canary);
    }

    [Fact]
    public async Task Nor_are_the_current_password_a_wrong_one_and_the_new_one_of_a_change()
    {
        var (first, wrong, second) = (NewCanary(), NewCanary(), NewCanary());
        await using (var person = await PortalBrowser.OpenAsync(Product.Address))
        {
            await person.ProveAsync("stud02@north.example", Product.Mailbox);
            await person.ChangeAsync(Lab.UserPassword, first);
            await person.AtAsync("/done");
            await person.ProveAsync("stud02@north.example", Product.Mailbox);
            await person.ChangeAsync(wrong, second);
            await person.SeeAsync("not your current password");
            await person.ChangeAsync(first, second);
            await person.AtAsync("/done");
        }

        Assert.True(await Lab.CanLogOnAsync("stud02", second));
        await AssertIsNowhereAsync(first);
        await AssertIsNowhereAsync(wrong);
        await AssertIsNowhereAsync(second);
    }

    [Fact]
    public async Task Nor_is_the_password_that_was_made_for_an_administrator()
    {
        string made;
        await using (var administrator = await PortalBrowser.OpenAsync(Product.Address))
        {
            await administrator.SignInAsync(RunningProduct.Administrator, RunningProduct.AdministratorPassword);
            await administrator.OpenPersonAsync("stud03@north.example");
            await administrator.Page.ClickAsync("[data-go]");
            await administrator.SeeAsync("The password is set");
            made = await administrator.Page.InnerTextAsync("span[data-password]");
        }

        Assert.True(await Lab.MustChangeAtLogOnAsync("stud03", made));
        await AssertIsNowhereAsync(made);
    }

    // The limit alone would not do where core_pattern names a program: prctl says that there is nothing to dump, which 'tagasi doctor' asks of itself.
    [Fact]
    public async Task A_crash_of_the_agent_would_leave_no_core_dump()
    {
        var limit = File.ReadLines($"/proc/{Product.Agent.Id}/limits").Single(line => line.StartsWith("Max core file size", StringComparison.Ordinal));
        Assert.Equal(["0", "0", "bytes"], limit["Max core file size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var doctor = await Product.DoctorAsync();
        Assert.Matches(@"core-dumps\W+pass", doctor.Output);
    }

    /// <summary>The same search finds what is there: else the test above would prove nothing.</summary>
    [Fact]
    public void The_search_finds_what_is_in_a_memory()
    {
        var here = Encoding.UTF8.GetBytes("Kanarienvogel-here-" + Guid.NewGuid().ToString("N"));
        Assert.NotEmpty(Find(Environment.ProcessId, [here]));
    }

    // With an Ü at the end, which is not searched for: it is written in several ways.
    private static string NewCanary() => "Kanarienvogel-" + Guid.NewGuid().ToString("N") + "-Ü";

    // Files are the database, the journal, and all else that service and agent keep.
    private async Task AssertIsNowhereAsync(string password)
    {
        var text = password.TrimEnd('Ü');
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        byte[][] traces = [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text), Encoding.ASCII.GetBytes(base64[..(base64.Length - 4)])];
        Assert.Empty(Find(Product.Cloud.Id, traces));
        Assert.Empty(Find(Product.Agent.Id, traces));
        Assert.DoesNotContain(text, Product.Cloud.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(text, Product.Agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(text, await Product.AuditAsync(), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(Product.Folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0), file => Assert.False(Contains(ReadShared(file), traces), file));
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
