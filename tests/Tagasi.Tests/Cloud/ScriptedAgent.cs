using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Cloud;

/// <summary>An agent that does what the test says, over the true wire.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly RunningService service;
    private HubConnection? connection;

    private ScriptedAgent(RunningService service, ECDsa identity, EnrolmentReply admission) => (this.service, Identity, Admission) = (service, identity, admission);

    public ECDsa Identity { get; }

    public EnrolmentReply Admission { get; }

    public EnvelopeOpener Opener { get; private set; } = new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The epoch that the key was brought for.</summary>
    public long? Epoch { get; private set; }

    /// <summary>What the service told of the tenant's onboarding, besides its answers to hellos.</summary>
    public ConcurrentQueue<OnboardingState> News { get; } = new();

    /// <summary>Asked to end these leases.</summary>
    public ConcurrentQueue<ResolveRequest> Ended { get; } = new();

    public List<WritebackOrder> Orders { get; } = [];

    public Func<PreflightRequest, Task<PreflightReply>> OnPreflight { get; set; } = null!;

    /// <summary>Applied, unless the test says otherwise.</summary>
    public Func<WritebackOrder, Task<string>> OnCarryOut { get; set; } = null!;

    public Func<ResolveRequest, Task<string>> OnResolve { get; set; } = null!;

    /// <summary>As a question, unless the test says otherwise.</summary>
    public Func<ResolveRequest, Task<string>> OnEndLease { get; set; } = null!;

    public string AgentVersion { get; set; } = "1.0";

    private int spoken;

    /// <summary>The keys that its settings name.</summary>
    public List<string> KnownAgents { get; } = [];

    public string KeyId => Tagasi.Protocol.KeyId.Of(Identity);

    /// <summary>What it is made to say of itself; a true statement, unless the test says otherwise.</summary>
    public string? Statement { get; set; }

    public static async Task<ScriptedAgent> EnrolAsync(RunningService service, Guid? tenantId = null, int version = ProtocolVersion.Current)
    {
        var code = await service.CreateCodeAsync(tenantId);
        var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var reply = await PostEnrolmentAsync(service, code, identity, version);
        reply.EnsureSuccessStatusCode();
        var admission = await reply.Content.ReadFromJsonAsync(ProtocolJson.Default.EnrolmentReply);
        var agent = new ScriptedAgent(service, identity, admission!);
        agent.OnPreflight = _ => Task.FromResult(new PreflightReply(null, new PolicyRules(10, true, 5, TimeSpan.Zero), null, ["anna"], agent.Opener.PublicKey));
        agent.OnCarryOut = order => Task.FromResult(agent.Answer(order.Ticket, Outcome.Applied));
        agent.OnResolve = request => Task.FromResult(agent.Answer(request.Ticket, Outcome.Applied));
        agent.OnEndLease = request => agent.OnResolve(request);
        return agent;
    }

    public static async Task<HttpResponseMessage> PostEnrolmentAsync(RunningService service, EnrolmentCode code, ECDsa identity, int version = ProtocolVersion.Current, Func<byte[], byte[], string>? replaces = null)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        var key = identity.ExportSubjectPublicKeyInfo();
        var binding = EnrolmentCode.Bind(code.Verifier, key);
        var request = version < ProtocolVersion.Onboarding
            ? new EnrolmentRequest("host", "1.0", key, AgentIdentity.ProveEnrolment(identity, code.Secret), code.Secret)
            : new EnrolmentRequest("host", "1.0", key, AgentIdentity.ProveEnrolment(identity, binding), null, replaces?.Invoke(binding, key), EnrolmentCode.IdOf(code.Verifier), binding);
        return await http.PostAsync(RelayWire.EnrolmentPath, JsonContent.Create(request, ProtocolJson.Default.EnrolmentRequest));
    }

    /// <summary>Connects and says hello; brings a key of the tenant's epoch where writeback is enabled.</summary>
    public async Task<HelloReply> ConnectAsync(int version = ProtocolVersion.Current, params string[] domains)
    {
        await OpenAsync();
        var reply = await SayHelloAsync(null, version, domains);
        return reply.State is { IsEnabled: true } state ? await BringKeyAsync(state.Epoch, domains) : reply;
    }

    /// <summary>Connects and says nothing.</summary>
    public async Task OpenAsync()
    {
        connection = new HubConnectionBuilder()
            .WithUrl(new Uri(service.Address, RelayWire.Path), options => options.AccessTokenProvider = TokenAsync)
            .AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options))
            .Build();
        connection.On<PreflightRequest, PreflightReply>(nameof(IAgentMethods.Preflight), request => OnPreflight(request));
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.Resolve), request => OnResolve(request));
        connection.On<WritebackOrder, string>(nameof(IAgentMethods.CarryOut), order =>
        {
            lock (Orders)
            {
                Orders.Add(order);
            }

            return OnCarryOut(order);
        });
        connection.On<ResolveRequest, string>(nameof(IAgentMethods.EndLease), request =>
        {
            Ended.Enqueue(request);
            return OnEndLease(request);
        });
        connection.On<OnboardingState>(nameof(IAgentMethods.Onboarded), News.Enqueue);
        await connection.StartAsync();
    }

    /// <summary>Says hello with a key for the epoch: a new one, unless the one there is was made for it or for none.</summary>
    public Task<HelloReply> BringKeyAsync(long epoch, params string[] domains)
    {
        if (Epoch is not null && Epoch != epoch)
        {
            Opener = new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        }

        Epoch = epoch;
        return SayHelloAsync(epoch, ProtocolVersion.Current, domains);
    }

    public Task<HelloReply> SayHelloAsync(long? epoch, int version = ProtocolVersion.Current, params string[] domains) => connection!.InvokeAsync<HelloReply>(
        nameof(IRelayMethods.Hello),
        new AgentHello(spoken = version, AgentVersion, "host", domains is [] ? ["north.example"] : domains, Opener.PublicKey, service.Time.GetUtcNow(), epoch,
            epoch is { } of ? Statement ?? AgentIdentity.Sign(new AgentStatement(Opener.PublicKey, of, KnownAgents), Identity) : null));

    /// <summary>Who ends the agent's TLS on the way: its proof of identity, and a sealing key of his own.</summary>
    /// <param name="replayed">A key that he has seen, whose private half he does not need for this.</param>
    public ScriptedAgent WithAnotherSealingKey(EnvelopeOpener? replayed = null)
    {
        var copy = ECDsa.Create(Identity.ExportParameters(includePrivateParameters: true));
        var proxy = new ScriptedAgent(service, copy, Admission);
        proxy.Opener = replayed ?? proxy.Opener;
        return proxy;
    }

    /// <summary>The settings of both hosts name the other.</summary>
    public static void Introduce(ScriptedAgent one, ScriptedAgent other)
    {
        one.KnownAgents.Add(other.KeyId);
        other.KnownAgents.Add(one.KeyId);
    }

    public async Task<int> ImportAsync(string domain, params ImportedUser[] users)
    {
        var import = spoken < ProtocolVersion.Onboarding ? null : await BeginImportAsync();
        return await ImportPagesAsync(domain, [.. users.Chunk(2).Append([]).Select((page, number) => import is null ? new ImportPage(page) : Part(new(import, domain, number, page is [], page)))]);
    }

    public Task<string> BeginImportAsync() => connection!.InvokeAsync<string>(nameof(IRelayMethods.BeginImport));

    public ImportPage Part(ImportPart part) => new([], AgentIdentity.Sign(part, Identity));

    public Task<int> ImportPagesAsync(string domain, params ImportPage[] pages) => connection!.InvokeAsync<int>(nameof(IRelayMethods.ImportUsers), domain, Stream(pages));

    /// <summary>The connection breaks without a word.</summary>
    public async Task DisconnectAsync()
    {
        await connection!.DisposeAsync();
        connection = null;
    }

    public bool IsConnected => connection?.State == HubConnectionState.Connected;

    public string Answer(string ticket, Outcome outcome, Problem? problem = null, DateTimeOffset? earliest = null, ECDsa? signer = null)
    {
        var signed = new SignedTicket(ticket);
        var requestId = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(ticket.Split('.')[1])).RootElement.GetProperty("requestId").GetGuid();
        return SignedResult.Sign(new WritebackResult(requestId, signed.Hash, outcome, problem?.Code, null, earliest, "dc1.north.example", service.Time.GetUtcNow()), signer ?? Identity);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        Identity.Dispose();
        Opener.Dispose();
    }

    /// <summary>The proof of identity for one call.</summary>
    public async Task<string?> TokenAsync()
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        using var reply = await http.PostAsync(RelayWire.ChallengePath, null);
        var challenge = await reply.Content.ReadFromJsonAsync(ProtocolJson.Default.Challenge);
        var key = await http.GetFromJsonAsync(RelayWire.ServiceKeyPath, ProtocolJson.Default.ServiceKey);
        return AgentIdentity.Prove(Admission.AgentId, Identity, challenge!.Value, Tagasi.Protocol.KeyId.Of(key!.PublicKey));
    }

    private static async IAsyncEnumerable<ImportPage> Stream(ImportPage[] pages)
    {
        foreach (var page in pages)
        {
            await Task.Yield();
            yield return page;
        }
    }
}
