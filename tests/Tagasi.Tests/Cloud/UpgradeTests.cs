using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tagasi.Cloud.Storage;

namespace Tagasi.Tests.Cloud;

/// <summary>What becomes of a database of an older version.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task What_was_typed_for_names_that_mean_nobody_is_gone_from_the_file_after_an_upgrade()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddAdministratorAsync();
        await using (var db = await service.OpenAsync())
        {
            await db.GetService<IMigrator>().MigrateAsync("KnownAgents", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO AuditEvents (Id, TenantId, At, Activity, IsSuccess, Actor, Problem) VALUES
                    ('01900000-0000-7000-8000-000000000001', '00000000-0000-0000-0000-000000000000', 0, 'Self-service password reset flow activity progress', 0, 'P@ssw0rd', NULL),
                    ('01900000-0000-7000-8000-000000000002', '00000000-0000-0000-0000-000000000000', 1, 'Agent enrolled', 1, 'host', NULL),
                    ('01900000-0000-7000-8000-000000000004', '00000000-0000-0000-0000-000000000000', 2, 'Writeback enabled', 0, 'P@ssw0rd', 'administrator-sign-in-failed'),
                    ('01900000-0000-7000-8000-000000000005', '00000000-0000-0000-0000-000000000000', 3, 'Writeback enabled', 0, 'admin@tagasi.example', 'administrator-sign-in-failed');
                INSERT INTO RecoverySessions (Id, TenantId, TypedName, SecretHash, CodeHash, Step, Tries, StartedAt, ExpiresAt) VALUES
                    ('01900000-0000-7000-8000-000000000003', '00000000-0000-0000-0000-000000000000', 'P@ssw0rd', x'01', x'02', 1, 0, 0, 0);
                """,
                TestContext.Current.CancellationToken);
            Assert.Contains("P@ssw0rd", await service.ReadDatabaseAsync(), StringComparison.Ordinal);
        }

        await service.Services.PrepareStorageAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["?@?", "host", "?", "admin@tagasi.example"], (await service.AuditAsync()).Select(e => e.Actor));
        await using var later = await service.OpenAsync();
        var session = Assert.Single(later.RecoverySessions);
        Assert.Equal(("?@?", ""), (session.Actor, session.OpenName("of an earlier version")));
        Assert.DoesNotContain("P@ssw0rd", await service.ReadDatabaseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_was_killed_while_it_migrated_holds_up_no_later_one()
    {
        await using var service = await RunningService.StartAsync();
        await using (var db = await service.OpenAsync())
        {
            await db.GetService<IMigrator>().MigrateAsync("KnownAgents", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("""CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-11-24')""", TestContext.Current.CancellationToken);
        }

        await service.Services.PrepareStorageAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await using var later = await service.OpenAsync();
        Assert.Empty(await later.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_tenant_that_was_there_before_writeback_could_be_enabled_stays_enabled()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tagasi-test-");
        var options = new DbContextOptionsBuilder<CloudDb>().UseSqlite($"Data Source={Path.Combine(folder.FullName, "old.db")};Pooling=False").Options;
        await using (var db = new CloudDb(options))
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync(
                "INSERT INTO Tenants (Id, Name) VALUES ('00000000-0000-0000-0000-000000000000', ''), ('01900000-0000-7000-8000-000000000001', 'North')", TestContext.Current.CancellationToken);
            await db.Database.MigrateAsync(TestContext.Current.CancellationToken);

            var tenants = await db.Tenants.AsNoTracking().OrderBy(tenant => tenant.Name).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal([("", false, 0), ("North", true, 1)], tenants.Select(tenant => (tenant.Name, tenant.IsWritebackEnabled, tenant.Epoch)));
            Assert.All(tenants, tenant => Assert.Equal((true, false), (tenant.WritesPasswords, tenant.AllowsUnlock)));
        }

        folder.Delete(recursive: true);
    }
}
