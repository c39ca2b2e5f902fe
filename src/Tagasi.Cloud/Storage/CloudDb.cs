using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Writeback;

namespace Tagasi.Cloud.Storage;

/// <summary>The service's database: one SQLite file. Each slice configures its own entities.</summary>
internal sealed class CloudDb(DbContextOptions<CloudDb> options) : DbContext(options)
{
    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<TenantDomain> Domains => Set<TenantDomain>();

    public DbSet<User> Users => Set<User>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<PendingEnrolment> PendingEnrolments => Set<PendingEnrolment>();

    public DbSet<RecoverySession> RecoverySessions => Set<RecoverySession>();

    public DbSet<WritebackRequest> WritebackRequests => Set<WritebackRequest>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<CloudAdministrator> Administrators => Set<CloudAdministrator>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(CloudDb).Assembly);

    // SQLite has no type for points in time; milliseconds since 1970 sort and compare.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();

    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
}
