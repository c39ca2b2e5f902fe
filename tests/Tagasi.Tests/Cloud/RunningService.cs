using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Tagasi.Cloud;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Mail;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;

namespace Tagasi.Tests.Cloud;

/// <summary>The whole service in this process, with a database of its own, a free port, a clock that stands, and its mail kept here.</summary>
internal sealed partial class RunningService : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DirectoryInfo folder;

    private RunningService(WebApplication app, DirectoryInfo folder, FakeTimeProvider time) => (this.app, this.folder, Time) = (app, folder, time);

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => app.Services;

    public RecoveryFlow Recovery => app.Services.GetRequiredService<RecoveryFlow>();

    public NewPassword NewPassword => app.Services.GetRequiredService<NewPassword>();

    public TenantOnboarding Onboarding => app.Services.GetRequiredService<TenantOnboarding>();

    public Uri Address { get; private set; } = null!;

    public Guid TenantId { get; private set; }

    public static async Task<RunningService> StartAsync(Action<CloudSettings>? change = null)
    {
        var home = System.IO.Directory.CreateTempSubdirectory("tagasi-test-");
        // The true time to begin with: data protection and TLS look at the machine's clock.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var settings = new CloudSettings
        {
            Address = new Uri("https://localhost"),
            Listen = "http://127.0.0.1:0",
            DataFolder = home.FullName,
            Mail = new MailSettings { Host = "127.0.0.1", From = "codes@tagasi.example" },
        };
        change?.Invoke(settings);
        var built = ServiceHost.Build(settings, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.Remove(builder.Services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(MailSender)));
        });
        await built.Services.PrepareStorageAsync(CancellationToken.None);
        await built.StartAsync();
        var service = new RunningService(built, home, time);
        var listening = new Uri(built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        service.Address = new Uri($"http://localhost:{listening.Port}");
        service.TenantId = await service.AddTenantAsync("North", "north.example");
        return service;
    }

    /// <summary>A tenant whose writeback is enabled, in its first epoch.</summary>
    public async Task<Guid> AddTenantAsync(string name, string domain)
    {
        var tenant = new Tenant { Name = name, IsWritebackEnabled = true, Epoch = 1 };
        tenant.Domains.Add(new TenantDomain { Name = domain, TenantId = tenant.Id });
        await using var db = await OpenAsync();
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        return tenant.Id;
    }

    /// <summary>A cloud administrator, as who asks for something at the service's own host.</summary>
    public async Task<Asker> AddAdministratorAsync(string name = "admin@tagasi.example", Guid? tenantId = null)
    {
        const string password = "correct horse battery staple";
        var administrator = new CloudAdministrator { TenantId = tenantId ?? TenantId, Name = name, PasswordHash = "" };
        administrator.PasswordHash = new PasswordHasher<CloudAdministrator>().HashPassword(administrator, password);
        await using var db = await OpenAsync();
        db.Administrators.Add(administrator);
        await db.SaveChangesAsync();
        return new Asker(administrator.TenantId, name, password, null);
    }

    /// <summary>Another process changes the tenant: this one is told nothing.</summary>
    public async Task ChangeTenantElsewhereAsync(Action<Tenant> change)
    {
        await using var db = await OpenAsync();
        change(await db.Tenants.SingleAsync(tenant => tenant.Id == TenantId));
        await db.SaveChangesAsync();
    }

    public async Task<User> AddUserAsync(string name, Guid? tenantId = null, string? recoveryMail = "someone@elsewhere.example")
    {
        var user = new User
        {
            TenantId = tenantId ?? TenantId,
            SourceAnchor = Guid.NewGuid(),
            Domain = "north.example",
            UserPrincipalName = name,
            UserPrincipalNameKey = User.NameKey(name),
            SamAccountName = name.Split('@')[0],
            DisplayName = name,
            RecoveryMail = recoveryMail,
            IsEnabled = true,
            ImportedAt = Time.GetUtcNow(),
        };
        await using var db = await OpenAsync();
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user;
    }

    public Task<CloudDb> OpenAsync() => Services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync();

    public Task<Tagasi.Protocol.Enrolment.EnrolmentCode> CreateCodeAsync(Guid? tenantId = null) =>
        Services.GetRequiredService<AgentEnrolment>().CreateCodeAsync(tenantId ?? TenantId, CancellationToken.None);

    /// <summary>The code in the oldest message that nobody has read yet; null when that message goes to nobody.</summary>
    public async Task<string?> ReadCodeAsync() => await ReadMailAsync() is { To: not null } mail ? Spaced().Match(mail.Body).Value : null;

    /// <summary>The code of a message that goes to nobody.</summary>
    public async Task<string> ReadUnsentCodeAsync() => await ReadMailAsync() is { To: null } mail ? Spaced().Match(mail.Body).Value : throw new InvalidOperationException("It was sent.");

    private async Task<OutgoingMail?> ReadMailAsync()
    {
        await foreach (var mail in Services.GetRequiredService<MailQueue>().ReadAllAsync(TestContext.Current.CancellationToken))
        {
            return mail;
        }

        return null;
    }

    /// <summary>A recovery that has passed its gate.</summary>
    public async Task<string> ProveAsync(string name)
    {
        var session = await Recovery.StartAsync(name, CancellationToken.None);
        Assert.Null(await Recovery.ProveAsync(session, (await ReadCodeAsync())!, CancellationToken.None));
        return session;
    }

    /// <summary>Every octet that the database has on disk.</summary>
    public async Task<string> ReadDatabaseAsync()
    {
        var all = new System.Text.StringBuilder();
        foreach (var file in folder.EnumerateFiles("tagasi.db*"))
        {
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }

    public async Task<List<AuditEvent>> AuditAsync()
    {
        await using var db = await OpenAsync();
        return await db.AuditEvents.OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync();
    }

    /// <summary>Lets the clock run, in steps, until something holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? step = null)
    {
        for (var i = 0; i < 500 && !await condition(); i++)
        {
            Time.Advance(step ?? TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.True(await condition(), "It never happened.");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"\d{4} \d{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaced();
}
