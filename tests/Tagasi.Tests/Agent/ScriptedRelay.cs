using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>A relay on a free port with a certificate of its own authority.</summary>
internal sealed class ScriptedRelay : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tagasi-relay-");

    private ScriptedRelay(WebApplication application) => this.application = application;

    /// <summary>A name of the relay that no DNS server knows: only a proxy leads to it.</summary>
    public const string ProxiedHost = "relay.invalid";

    public Uri Address { get; private set; } = null!;

    public Uri ProxiedAddress => new UriBuilder(Address) { Host = ProxiedHost }.Uri;

    /// <summary>PEM file with the authority that issued the relay's certificate.</summary>
    public string Authority => Path.Combine(folder.FullName, "ca.pem");

    public RelayState State { get; } = new();

    public IHubContext<ScriptedHub> Hub => application.Services.GetRequiredService<IHubContext<ScriptedHub>>();

    public static async Task<ScriptedRelay> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var (authority, certificate) = Issue();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Services.AddSignalR(options => options.MaximumReceiveMessageSize = RelayWire.MaxMessageBytes).AddJsonProtocol(options => options.PayloadSerializerOptions = new(ProtocolJson.Default.Options));
        var application = builder.Build();
        var relay = new ScriptedRelay(application);
        await File.WriteAllTextAsync(relay.Authority, authority);
        application.MapPost(RelayWire.ChallengePath, () => Results.Json(new Challenge("fresh", DateTimeOffset.UnixEpoch), ProtocolJson.Default.Challenge));
        application.UseWebSockets();
        application.Use(async (context, next) =>
        {
            context.Items["relay"] = relay.State;
            if (context.Request.Path == RelayWire.Path && !relay.State.Admits(context.Request.Headers.Authorization.ToString()))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            if (context.Request.Path == RelayWire.Path && relay.State.Instead is { } instead)
            {
                await instead(context);
                return;
            }

            await next();
        });
        application.MapHub<ScriptedHub>(RelayWire.Path);
        await application.StartAsync();
        relay.Address = new Uri(application.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static (string AuthorityPem, X509Certificate2 Certificate) Issue()
    {
        var (from, to) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=scripted root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(ProxiedHost);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(root, from, to, [1, 2, 3]);
        return (root.ExportCertificatePem(), leaf.CopyWithPrivateKey(key));
    }

    internal sealed class RelayState
    {
        /// <summary>As a service of version 2 whose tenant stands so.</summary>
        public void Onboards(OnboardingState state) => OnHello = _ => new HelloReply(true, null, DateTimeOffset.UnixEpoch, state);

        public TaskCompletionSource<string> Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What happens in the hub's place to a connection that was admitted.</summary>
        public Func<HttpContext, Task>? Instead { get; set; }

        /// <summary>Answers hellos; by itself as a service of version 1 does.</summary>
        public Func<AgentHello, HelloReply> OnHello { get; set; } = hello => hello.ProtocolVersion == 1
            ? new HelloReply(true, null, DateTimeOffset.UnixEpoch)
            : new HelloReply(false, Problems.ProtocolUnsupported.Code, DateTimeOffset.UnixEpoch);

        public ConcurrentQueue<AgentHello> Hellos { get; } = new();

        public Func<string, bool> Admits { get; set; } = _ => true;
    }
}

/// <summary>The hub's side of the wire.</summary>
public sealed class ScriptedHub : Hub
{
    /// <summary>Answers as the test says.</summary>
    public HelloReply Hello(AgentHello hello)
    {
        var state = (ScriptedRelay.RelayState)Context.GetHttpContext()!.Items["relay"]!;
        state.Hellos.Enqueue(hello);
        return state.OnHello(hello);
    }

    /// <summary>Tells the test who came.</summary>
    public override Task OnConnectedAsync()
    {
        ((ScriptedRelay.RelayState)Context.GetHttpContext()!.Items["relay"]!).Connected.TrySetResult(Context.ConnectionId);
        return Task.CompletedTask;
    }
}
