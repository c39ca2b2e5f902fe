using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Tagasi.EndToEnd.Tests.Product;

/// <summary>Service, agent and mail server as processes of their own on free ports, against the lab; enrolled, enabled and imported.</summary>
/// <remarks>
/// The first of a run is enrolled, enabled and imported by the commands that administrators use. What service and agent then keep is what all
/// begin with, from their settings on as it would after a stop.
/// </remarks>
internal sealed class RunningProduct : IAsyncDisposable
{
    public const string Tenant = "North Example";
    public const string Administrator = "admin@tagasi.example";
    public const string AdministratorPassword = "correct horse battery staple";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly Lazy<Task<string>> Enrolled = new(EnrolAsync);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tagasi-e2e-");
    private ChildProcess mail = null!;

    private RunningProduct()
    {
    }

    public Uri Address { get; private set; } = null!;

    public Mailbox Mailbox { get; private set; } = null!;

    public ChildProcess Cloud { get; private set; } = null!;

    public ChildProcess Agent { get; private set; } = null!;

    public string Folder => folder.FullName;

    private string CloudSettings => Path.Combine(Folder, "cloud.json");

    public string AgentSettings => Path.Combine(Folder, "agent.json");

    private string CloudFolder => Text(CloudSettings, "dataFolder");

    private string AgentFolder => Text(AgentSettings, "stateFolder");

    /// <param name="changeAgent">Changes the agent's settings before it starts.</param>
    /// <param name="changeCloud">The same for the service.</param>
    public static async Task<RunningProduct> StartAsync(Action<JsonObject>? changeAgent = null, Action<JsonObject>? changeCloud = null)
    {
        var product = new RunningProduct();
        try
        {
            var enrolled = await Enrolled.Value;
            product.Prepare(changeAgent, changeCloud);
            Copy(Path.Combine(enrolled, "cloud"), product.CloudFolder);
            Copy(Path.Combine(enrolled, "agent"), product.AgentFolder);
            await product.StartCloudAsync();
            await product.StartAgentAsync();
            return product;
        }
        catch
        {
            // What was started must not outlive a start that failed.
            await product.DisposeAsync();
            throw;
        }
    }

    public async Task StartCloudAsync()
    {
        Cloud = ChildProcess.Start(Executables.Cloud, ["serve", "--config", CloudSettings]);
        await UntilAsync(IsServingAsync, "the service answers");
    }

    /// <summary>Ends when requests can come, and where the agent imports, when it has.</summary>
    /// <param name="environment">Added to the agent's own.</param>
    public async Task StartAgentAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        StartAgent(environment);
        await Agent.UntilSaysAsync("ready for requests", Patience);
        if (JsonNode.Parse(await File.ReadAllTextAsync(AgentSettings))!["import"]?["enabled"]?.GetValue<bool>() is not false)
        {
            await Agent.UntilSaysAsync("Imported ", Patience);
        }
    }

    /// <summary>Waits for nothing.</summary>
    public void StartAgent(IReadOnlyDictionary<string, string>? environment = null) => Agent = ChildProcess.Start(
        Executables.Agent,
        ["run", "--config", AgentSettings],
        new Dictionary<string, string>(environment ?? new Dictionary<string, string>(), StringComparer.Ordinal) { ["KRB5_CONFIG"] = Lab.Value("KRB5_CONFIG") });

    /// <summary>A client that trusts the service's certificate, with cookies of its own.</summary>
    public HttpClient Connect()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Lab.Value("TAGASI_LAB_CA"));
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } }) { BaseAddress = Address };
    }

    /// <summary>Changes the agent's settings; it reads them when it starts.</summary>
    public void ChangeAgentSettings(Action<JsonObject> change)
    {
        var settings = JsonNode.Parse(File.ReadAllText(AgentSettings))!.AsObject();
        change(settings);
        File.WriteAllText(AgentSettings, settings.ToJsonString());
    }

    /// <summary>Runs 'tagasi writeback' on the agent's host, beside the agent, as the administrator.</summary>
    public async Task<string> WritebackAsync(string action)
    {
        var (code, output, error) = await ChildProcess.RunAsync(Executables.Agent, ["writeback", action, "--administrator", Administrator, "--config", AgentSettings], AdministratorPassword + "\n");
        Assert.True(code == 0, output + error);
        return output + error;
    }

    public Task<(int Code, string Output, string Error)> DoctorAsync() => ChildProcess.RunAsync(Executables.Agent, ["doctor", "--config", AgentSettings]);

    /// <summary>Runs an administration command of the service and gives its standard output.</summary>
    public async Task<string> CloudAsync(params string[] arguments)
    {
        var (code, output, error) = await ChildProcess.RunAsync(Executables.Cloud, [.. arguments, "--config", CloudSettings]);
        Assert.True(code == 0, output + error);
        return output;
    }

    /// <summary>Lets people unlock their account and keep their password.</summary>
    public async Task AllowUnlockAsync()
    {
        string[] arguments = ["writeback", "set", "--tenant", Tenant, "--administrator", Administrator, "--unlock-without-reset", "on", "--config", CloudSettings];
        var (code, output, error) = await ChildProcess.RunAsync(Executables.Cloud, arguments, AdministratorPassword + "\n");
        Assert.True(code == 0, output + error);
    }

    public async Task<string> AuditAsync() => await CloudAsync("audit", "--tenant", Tenant, "--last", "500");

    public async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 40)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"{what}: not within {seconds} s.\n--- service\n{Cloud?.Output}\n--- agent\n{Agent?.Output}");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Agent is not null)
        {
            await Agent.DisposeAsync();
        }

        if (Cloud is not null)
        {
            await Cloud.DisposeAsync();
        }

        if (mail is not null)
        {
            await mail.DisposeAsync();
            Mailbox.Dispose();
        }

        folder.Delete(recursive: true);
    }

    // The whole way, on the lab as it is; what came of it is kept beside the tests.
    private static async Task<string> EnrolAsync()
    {
        var kept = Path.Combine(AppContext.BaseDirectory, "enrolled");
        if (Directory.Exists(kept))
        {
            Directory.Delete(kept, recursive: true);
        }

        var product = new RunningProduct();
        try
        {
            product.Prepare(null, null);
            await product.EnableAsync();
            await product.Agent.DisposeAsync();
            await product.Cloud.DisposeAsync();
            Copy(product.CloudFolder, Path.Combine(kept, "cloud"));
            Copy(product.AgentFolder, Path.Combine(kept, "agent"));
            return kept;
        }
        finally
        {
            await product.DisposeAsync();
        }
    }

    private async Task EnableAsync()
    {
        await CloudAsync("tenant", "create", Tenant, "--domain", "north.example");
        var made = await ChildProcess.RunAsync(Executables.Cloud, ["admin", "create", Administrator, "--tenant", Tenant, "--config", CloudSettings], AdministratorPassword + "\n");
        Assert.True(made.Code == 0, made.Output + made.Error);
        await StartCloudAsync();
        var code = (await CloudAsync("agent", "code", "--tenant", Tenant)).Trim();
        var enrolled = await ChildProcess.RunAsync(Executables.Agent, ["enrol", "--config", AgentSettings, "--code", "-"], code + "\n");
        Assert.True(enrolled.Code == 0, enrolled.Output + enrolled.Error);
        StartAgent();
        await WritebackAsync("enable");
        await Agent.UntilSaysAsync("key for epoch 1: ready for requests", Patience);
        await Agent.UntilSaysAsync("Imported ", Patience);
        Assert.Contains("anna@north.example", await CloudAsync("user", "list", "--tenant", Tenant), StringComparison.Ordinal);
    }

    private void Prepare(Action<JsonObject>? changeAgent, Action<JsonObject>? changeCloud)
    {
        var (smtp, page, https) = (FreePort(), FreePort(), FreePort());
        mail = ChildProcess.Start(Executables.Lab, ["mailbox", "run", $"{smtp}", $"{page}"]);
        Mailbox = new Mailbox(new Uri($"http://127.0.0.1:{page}/"));
        Address = new Uri($"https://localhost:{https}");
        WriteSettings(smtp, https, changeAgent, changeCloud);
    }

    // With the permissions: service and agent look at them.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, File.GetUnixFileMode(from));
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry is FileInfo file)
            {
                file.CopyTo(target);
            }
            else
            {
                Copy(entry.FullName, target);
            }
        }
    }

    private static string Text(string settings, string name) => JsonNode.Parse(File.ReadAllText(settings))![name]!.GetValue<string>();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsServingAsync()
    {
        using var http = Connect();
        try
        {
            return (await http.GetAsync(new Uri("healthz", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void WriteSettings(int smtp, int https, Action<JsonObject>? changeAgent, Action<JsonObject>? changeCloud)
    {
        var pki = Lab.Value("TAGASI_LAB_PKI");
        var secret = Path.Combine(Folder, "svc-tagasi.password");
        File.WriteAllText(secret, Lab.Value("TAGASI_LAB_SVCPW"));
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var cloud = new JsonObject
        {
            ["address"] = Address.ToString(),
            ["listen"] = $"https://127.0.0.1:{https}",
            ["certificate"] = new JsonObject { ["file"] = $"{pki}/localhost.pem", ["keyFile"] = $"{pki}/localhost.key" },
            ["dataFolder"] = Path.Combine(Folder, "cloud"),
            ["mail"] = new JsonObject { ["host"] = "localhost", ["port"] = smtp, ["security"] = "startTls", ["authority"] = $"{pki}/ca.pem", ["from"] = "noreply@tagasi.example" },
            ["portal"] = new JsonObject { ["startsPerMinute"] = 1000, ["signInAddress"] = "https://intranet.north.example/" },
        };
        changeCloud?.Invoke(cloud);
        File.WriteAllText(CloudSettings, cloud.ToJsonString());
        var agent = new JsonObject
        {
            ["service"] = new JsonObject { ["address"] = Address.ToString(), ["authority"] = $"{pki}/ca.pem" },
            ["stateFolder"] = Path.Combine(Folder, "agent"),
            ["domains"] = new JsonArray(new JsonObject
            {
                ["name"] = "north.example",
                ["dnsServers"] = new JsonArray(Lab.Value("TAGASI_LAB_NORTH_DC1") + ":53"),
                ["authority"] = $"{pki}/ca.pem",
                ["signIn"] = new JsonObject { ["method"] = "password", ["account"] = "svc-tagasi@north.example", ["secretFile"] = secret },
                ["recoveryMailAttribute"] = "otherMailbox",
            }),
            ["scope"] = new JsonObject { ["include"] = new JsonArray("OU=People,DC=north,DC=example") },
        };
        changeAgent?.Invoke(agent);
        File.WriteAllText(AgentSettings, agent.ToJsonString());
    }
}
