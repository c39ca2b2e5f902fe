using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Tagasi.Cloud.Directory;

namespace Tagasi.Cloud.Storage;

/// <summary>The database: where it is, and that it is there.</summary>
internal static class StorageSetup
{
    // A large audit log is written anew in seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Pooled: making a context anew costs as much as its query.
    public static IServiceCollection AddStorage(this IServiceCollection services, string dataFolder) =>
        services.AddPooledDbContextFactory<CloudDb>(options => options.UseSqlite(ConnectionString(dataFolder)).AddInterceptors(new PatientWriters()));

    /// <summary>Brings the database to this version's schema and makes the row that unknown names belong to.</summary>
    public static async Task PrepareStorageAsync(this IServiceProvider services, CancellationToken cancellation)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(cancellation);
        if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            await MigrateAsync(db, cancellation);
        }

        // Readers go on while a writer writes; the mode is a property of the file.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
        if (!await db.Tenants.AnyAsync(tenant => tenant.Id == Tenant.Nobody, cancellation))
        {
            db.Tenants.Add(new Tenant { Id = Tenant.Nobody, Name = "" });
            await db.SaveChangesAsync(cancellation);
        }
    }

    // EF Core's own lock is a row: it outlives a process that is killed meanwhile, and every later start would wait for it without end.
    private static async Task MigrateAsync(CloudDb db, CancellationToken cancellation)
    {
        var path = db.Database.GetDbConnection().DataSource + ".migrating";
        await using var turn = await TakeTurnAsync(path, cancellation);
        await db.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellation);
        await db.Database.MigrateAsync(cancellation);
        // What a migration took out lies in free pages until the file is written anew.
        await db.Database.ExecuteSqlRawAsync("VACUUM", cancellation);
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellation);
        File.Delete(path);
    }

    // The system takes it back from whoever dies.
    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
            }
        }
    }

    private static string ConnectionString(string dataFolder) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(dataFolder, "tagasi.db"),
        // A writer waits for another rather than fail.
        DefaultTimeout = PatientWriters.Seconds,
        ForeignKeys = true,
    }.ToString();

    /// <summary>For <c>dotnet ef migrations add</c> alone.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<CloudDb>
    {
        public CloudDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<CloudDb>().UseSqlite("Data Source=design.db").Options);
    }
}
