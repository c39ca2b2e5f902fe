using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Enrolment;

namespace Tagasi.Bench;

/// <summary>The whole service in this process, over TLS, with a folder, a port and a certificate of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public const string Domain = "north.example";

    /// <summary>In which the tenant's writeback is enabled.</summary>
    public const long Epoch = 1;
    private readonly WebApplication app;
    private readonly DirectoryInfo folder;

    private RunningService(WebApplication app, DirectoryInfo folder, Uri address) => (this.app, this.folder, Address) = (app, folder, address);

    public Uri Address { get; }

    public Guid TenantId { get; private set; }

    public IServiceProvider Services => app.Services;

    /// <summary>PEM; who trusts it reaches the service.</summary>
    public string Authority => Path.Combine(folder.FullName, "service.pem");

    public string FolderFor(string name) => Path.Combine(folder.FullName, name);

    /// <param name="extend">Adds to the service before it starts.</param>
    public static async Task<RunningService> StartAsync(Action<WebApplication>? extend = null)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tagasi-bench-");
        var port = FreePort();
        var (certificate, key) = (Path.Combine(folder.FullName, "service.pem"), Path.Combine(folder.FullName, "service.key"));
        await WriteCertificateAsync(certificate, key);
        var settings = new CloudSettings
        {
            Address = new Uri($"https://localhost:{port}"),
            Listen = $"https://127.0.0.1:{port}",
            Certificate = new CertificateSettings { File = certificate, KeyFile = key },
            DataFolder = Path.Combine(folder.FullName, "cloud"),
            Mail = new MailSettings { Host = "127.0.0.1", From = "noreply@tagasi.example" },
        };
        var app = ServiceHost.Build(settings);
        extend?.Invoke(app);
        await app.Services.PrepareStorageAsync(CancellationToken.None);
        await app.StartAsync();
        var service = new RunningService(app, folder, settings.Address);
        await service.AddTenantAsync();
        return service;
    }

    public Task<CloudDb> OpenAsync() => Services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync();

    public Task<EnrolmentCode> CreateCodeAsync() => Services.GetRequiredService<AgentEnrolment>().CreateCodeAsync(TenantId, CancellationToken.None);

    /// <summary>A client with a connection of its own, as a browser has.</summary>
    public HttpClient Connect()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Authority);
        var handler = new SocketsHttpHandler { UseCookies = false, SslOptions = { CertificateChainPolicy = trust } };
        return new HttpClient(handler) { BaseAddress = Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
    }

    /// <summary>What a page gives a browser so that its requests are taken for its own: header and cookie.</summary>
    public (string Header, string Cookie) AdmitBrowser()
    {
        using var scope = Services.CreateScope();
        var tokens = scope.ServiceProvider.GetRequiredService<IAntiforgery>().GetTokens(new DefaultHttpContext { RequestServices = scope.ServiceProvider, Request = { Scheme = "https" } });
        return (tokens.RequestToken!, tokens.CookieToken!);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private async Task AddTenantAsync()
    {
        var tenant = new Tenant { Name = "North Example", IsWritebackEnabled = true, Epoch = Epoch };
        tenant.Domains.Add(new TenantDomain { Name = Domain, TenantId = tenant.Id });
        await using var db = await OpenAsync();
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        TenantId = tenant.Id;
    }

    private static async Task WriteCertificateAsync(string file, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
