using System.Buffers.Text;
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
using Tagasi.Cloud.Recovery;
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

    /// <summary>A recovery whose gate is passed, for each of the users given.</summary>
    /// <returns>The cookies' secrets.</returns>
    public async Task<string[]> ProveAsync(IReadOnlyList<User> users)
    {
        var now = TimeProvider.System.GetUtcNow();
        var secrets = users.Select(_ => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))).ToArray();
        await using var db = await OpenAsync();
        db.RecoverySessions.AddRange(users.Zip(secrets, (user, secret) => new RecoverySession
        {
            TenantId = user.TenantId,
            UserId = user.Id,
            Actor = user.UserPrincipalName,
            SecretHash = RecoverySession.HashSecret(secret),
            CodeHash = RecoverySession.HashCode(secret, "00000000"),
            Step = RecoveryStep.Proven,
            StartedAt = now,
            ExpiresAt = now + RecoverySession.Lifetime,
            ProvenAt = now,
        }));
        await db.SaveChangesAsync();
        return secrets;
    }

    /// <summary>People whom only the service knows.</summary>
    public async Task<IReadOnlyList<User>> AddUsersAsync(int count)
    {
        User[] users = [.. Enumerable.Range(0, count).Select(number => NewUser($"person{number:00}"))];
        await using var db = await OpenAsync();
        db.Users.AddRange(users);
        await db.SaveChangesAsync();
        return users;
    }

    public async Task<ECDsa> IdentityKeyAsync(Guid agentId)
    {
        await using var db = await OpenAsync();
        return (await db.Agents.AsNoTracking().SingleAsync(agent => agent.Id == agentId)).ImportIdentityKey();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private User NewUser(string name) => new()
    {
        TenantId = TenantId,
        SourceAnchor = Guid.NewGuid(),
        Domain = Domain,
        UserPrincipalName = $"{name}@{Domain}",
        UserPrincipalNameKey = User.NameKey($"{name}@{Domain}"),
        SamAccountName = name,
        DisplayName = name,
        IsEnabled = true,
        ImportedAt = TimeProvider.System.GetUtcNow(),
    };

    private async Task AddTenantAsync()
    {
        var tenant = new Tenant { Name = "North Example", IsWritebackEnabled = true, AllowsUnlock = true, Epoch = Epoch };
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
