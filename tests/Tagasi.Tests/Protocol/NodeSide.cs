using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tagasi.Tests.Tidy;

namespace Tagasi.Tests.Protocol;

/// <summary>The browser's sealing code in node: a line of JSON in, a line of JSON out.</summary>
internal sealed class NodeSide : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly Process process;

    private NodeSide(Process process) => this.process = process;

    public static NodeSide Start() => new(Process.Start(new ProcessStartInfo("node", "interop.mjs")
    {
        WorkingDirectory = Repository.PathOf("src", "Tagasi.Cloud", "Look", "assets"),
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        StandardOutputEncoding = Encoding.UTF8,
    })!);

    public async Task<IReadOnlyList<JsonElement>> AskAsync(IEnumerable<object> questions)
    {
        // Written while the answers are read: else two full pipes could wait for each other.
        var lines = questions.Select(question => JsonSerializer.Serialize(question, Web)).ToList();
        var writing = WriteAsync(lines);
        var answers = new List<JsonElement>();
        while (answers.Count < lines.Count)
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("node has ended; run interop.mjs by hand to see why.");
            answers.Add(JsonSerializer.Deserialize<JsonElement>(line));
        }

        await writing;
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task WriteAsync(List<string> lines)
    {
        await Task.Yield();
        foreach (var line in lines)
        {
            await process.StandardInput.WriteLineAsync(line);
        }

        await process.StandardInput.FlushAsync();
    }
}
