using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tagasi.Cloud.Storage;

namespace Tagasi.Tests.Cloud;

/// <summary>What becomes of a database of an older version.</summary>
public sealed class UpgradeTests
{
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
