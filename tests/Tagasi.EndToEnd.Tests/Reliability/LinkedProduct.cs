using System.Net;
using System.Text.Json.Nodes;
using Tagasi.Agent.Journal;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The product, with links of the tests' own between agent and service and between agent and domain controllers.</summary>
internal sealed class LinkedProduct : IAsyncDisposable
{
    // Agents go nowhere else; below 1024 it takes root, or the capability that ./test gives.
    private const int Ldaps = 636;
    private readonly NameServer names = new();
    private readonly List<Link> links = [];

    private LinkedProduct()
    {
    }

    public RunningProduct Product { get; private set; } = null!;

    /// <summary>From the agent to the service.</summary>
    public Link Relay { get; private set; } = null!;

    /// <summary>From the agent to north-dc1, the PDC emulator.</summary>
    public Link Controller { get; private set; } = null!;

    private string JournalPath { get; set; } = "";

    /// <param name="changeAgent">Changes the agent's settings before it starts.</param>
    /// <param name="changeCloud">The same for the service.</param>
    public static async Task<LinkedProduct> StartAsync(Action<JsonObject>? changeAgent = null, Action<JsonObject>? changeCloud = null)
    {
        var product = new LinkedProduct();
        try
        {
            await product.BeginAsync(changeAgent, changeCloud);
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the agent's disk holds such a line for a request.</summary>
    public bool HasKept(JournalKind kind, Guid request)
    {
        using var file = new FileStream(JournalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return JournalLines.Parse(content).Entries.Any(entry => entry.Kind == kind && entry.RequestId == request);
    }

    /// <summary>Lets everything that is held go on.</summary>
    public void Release() => links.ForEach(link => link.Release());

    public async ValueTask DisposeAsync()
    {
        Release();
        if (Product is not null)
        {
            await Product.DisposeAsync();
        }

        links.ForEach(link => link.Dispose());
        names.Dispose();
    }

    private async Task BeginAsync(Action<JsonObject>? changeAgent, Action<JsonObject>? changeCloud)
    {
        Controller = LinkTo(Lab.NorthDc1);
        LinkTo(Lab.NorthDc2);
        Product = await RunningProduct.StartAsync(settings => Settle(settings, changeAgent), changeCloud);
    }

    private Link LinkTo(IPAddress controller) => Add(new Link(new IPEndPoint(NameServer.LinkTo(controller), Ldaps), new IPEndPoint(controller, Ldaps)));

    private Link Add(Link link)
    {
        links.Add(link);
        return link;
    }

    private void Settle(JsonObject settings, Action<JsonObject>? changeAgent)
    {
        var service = settings["service"]!.AsObject();
        Relay = Add(new Link(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, new Uri(service["address"]!.GetValue<string>()).Port)));
        service["address"] = $"https://localhost:{Relay.Port}/";
        settings["domains"]![0]!["dnsServers"] = new JsonArray($"{names.Address}");
        // The brake that stops a flood of resets would stop a long run.
        settings["limits"] = new JsonObject { ["resetsPerFiveMinutes"] = 10_000 };
        // Every byte between agent and domain controller belongs to a person's request.
        settings["import"] = new JsonObject { ["enabled"] = false };
        changeAgent?.Invoke(settings);
        JournalPath = Path.Combine(settings["stateFolder"]!.GetValue<string>(), "journal");
    }
}
