using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Administration;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Look;
using Tagasi.Cloud.Mail;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;

namespace Tagasi.Cloud;

/// <summary>The service as one process: what it is made of, in the order in which a recovery meets it.</summary>
internal static class ServiceHost
{
    /// <summary>After SIGTERM what browsers have asked for is finished. Agents are cut off at once: what they are at is found out after the next start.</summary>
    public static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(20);

    /// <param name="customize">Last word on the parts; for tests, which bring their own clock.</param>
    public static WebApplication Build(CloudSettings settings, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "tagasi-cloud", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.Host.UseSystemd().UseWindowsService();
        // Its one warning is that keys lie unencrypted in a folder; that the folder is closed to others is our answer to it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);
        AddListener(builder, settings);
        AddParts(builder.Services, settings);
        customize?.Invoke(builder);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseHostFiltering();
        app.UsePortal();
        app.UseAdministration(settings);
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPortal();
        app.MapAdministration();
        app.MapEnrolment();
        app.MapOnboarding();
        app.MapRelay();
        app.MapGet("/healthz", () => TypedResults.Text("ok")).RequireAuthorization(Policies.Anyone);
        return app;
    }

    private static void AddParts(IServiceCollection services, CloudSettings settings)
    {
        var data = PrivateFolder.Ensure(settings.DataFolder!);
        var keys = PrivateFolder.Ensure(Path.Combine(data, "keys"));
        services.AddSingleton(settings).AddSingleton(settings.Portal);
        services.TryAddSingleton(TimeProvider.System);
        services.AddDataProtection().SetApplicationName("tagasi").PersistKeysToFileSystem(new DirectoryInfo(PrivateFolder.Ensure(Path.Combine(keys, "protection"))));
        services.AddSingleton(_ => ServiceSigningKey.Open(keys));
        services.AddStorage(data);
        services.AddPolicies();
        services.AddPortal();

        services.AddSingleton<AuditLog>().AddSingleton<UserImport>().AddSingleton<AgentEnrolment>();
        services.AddOnboarding();
        services.AddSingleton<MailQueue>().AddSingleton<EmailCodes>().AddHostedService<MailSender>();
        services.AddSingleton<RecoverySessions>().AddSingleton<RecoveryFlow>().AddSingleton<NewPassword>().AddHostedService<RecoveryRetention>();
        services.AddSingleton(_ => RandomNumberGenerator.Create()).AddSingleton<TicketIssuer>().AddSingleton<RequestRunner>().AddSingleton<RequestOutcomes>().AddSingleton<LeaseEnding>().AddHostedService<RequestResolver>();
        services.AddRelay();
        services.AddAdministration();
        AddLimits(services, settings);
    }

    private static void AddListener(WebApplicationBuilder builder, CloudSettings settings)
    {
        builder.WebHost.UseUrls(settings.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // An envelope for forty agents takes under 16 KiB.
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            if (settings.Certificate is { } certificate)
            {
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = LoadCertificate(certificate));
            }
        });
    }

    // Without the round trip a key from PEM is not usable for TLS on Windows.
    private static X509Certificate2 LoadCertificate(CertificateSettings certificate)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate.File!, certificate.KeyFile);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static void AddLimits(IServiceCollection services, CloudSettings settings)
    {
        // Host filtering: a page never builds on a host name that a request made up.
        services.Configure<HostFilteringOptions>(options => options.AllowedHosts = [settings.Address!.Host]);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = settings.TrustedProxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in settings.TrustedProxies)
            {
                options.KnownProxies.Add(IPAddress.Parse(proxy));
            }
        });
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(RecoveryLimits.Start, context => PerMinute(context, settings.Portal.StartsPerMinute));
            options.AddPolicy(RecoveryLimits.Session, context => PerSession(context, 30));
            options.AddPolicy(RecoveryLimits.Submission, context => PerSession(context, 60));
            options.AddPolicy(EnrolmentEndpoints.RateLimit, context => PerMinute(context, 10));
            options.AddPolicy(AdministratorSignIn.RateLimit, context => PerMinute(context, 10));
        });
    }

    // One IPv6 customer has at least a /64 to call from, and often a /56.
    private static IPAddress Network(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
        ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 7), .. new byte[9]])
        : address;

    // A person needs a few. Who has proven an account of their own must not keep the directory, or the database of all, busy with it.
    private static RateLimitPartition<string> PerSession(HttpContext context, int permits) => RateLimitPartition.GetSlidingWindowLimiter(
        Convert.ToHexString(RecoverySession.HashSecret(context.Request.Cookies[RecoveryCookie.Name] ?? ""), 0, 8), _ => Minute(permits));

    // Only what does something counts: looking at a page is free.
    private static RateLimitPartition<IPAddress> PerMinute(HttpContext context, int permits) => HttpMethods.IsPost(context.Request.Method)
        ? RateLimitPartition.GetSlidingWindowLimiter(Network(context.Connection.RemoteIpAddress ?? IPAddress.None), _ => Minute(permits))
        : RateLimitPartition.GetNoLimiter(IPAddress.None);

    private static SlidingWindowRateLimiterOptions Minute(int permits) => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 };
}
