using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;
using Tagasi.Cloud.Writeback;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Parties;

namespace Tagasi.Simulation.Database;

/// <summary>The service's database, true SQLite in memory. It outlives the service's processes.</summary>
internal sealed class SimulatedDatabase : IDisposable
{
    // Migrated once; each run gets a copy.
    private static readonly Lock Turn = new();
    private static readonly Lazy<SqliteConnection> Template = new(CreateTemplate);

    private readonly SqliteConnection connection = Open();
    private readonly DatabaseSteps steps;

    public SimulatedDatabase(World world)
    {
        lock (Turn)
        {
            Template.Value.BackupDatabase(connection);
        }

        // The trigger's, so that the very statement is caught whose change another one would mend.
        connection.CreateFunction("known_outcome_moved", (long from, long to) =>
        {
            world.Fail($"an answer is final: a request that was {(RequestState)from} became {(RequestState)to}");
            return true;
        });
        steps = new DatabaseSteps(world);
        Contexts = new PooledDbContextFactory<CloudDb>(new DbContextOptionsBuilder<CloudDb>().UseSqlite(connection).AddInterceptors(steps).Options);
    }

    public static Guid UserId(int number) => new(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number + 1));

    /// <summary>For all processes, one after the other, which keep nothing in it: what a dead one had taken never comes back.</summary>
    public IDbContextFactory<CloudDb> Contexts { get; }

    /// <summary>For the simulator's own eyes.</summary>
    public CloudDb Look() => Contexts.CreateDbContext();

    /// <summary>The process that used it is dead.</summary>
    public void Abandon() => steps.RollBack();

    public bool IsBusy => steps.IsBusy;

    public void Dispose() => connection.Dispose();

    private static SqliteConnection Open()
    {
        var connection = new SqliteConnection("Data Source=:memory:;Foreign Keys=True");
        connection.Open();
        return connection;
    }

    private static SqliteConnection CreateTemplate()
    {
        var connection = Open();
        using var db = new CloudDb(new DbContextOptionsBuilder<CloudDb>().UseSqlite(connection).Options);
        db.Database.Migrate();
        db.Database.ExecuteSqlRaw($"""
            CREATE TRIGGER WatchOutcomes AFTER UPDATE OF State ON WritebackRequests
            WHEN OLD.State IN ({RequestState.Applied:D}, {RequestState.Refused:D}) AND NEW.State <> OLD.State
            BEGIN SELECT known_outcome_moved(OLD.State, NEW.State); END
            """);
        db.Tenants.Add(new Tenant { Id = SimulatedService.TenantId, Name = "North", IsWritebackEnabled = true, AllowsUnlock = true, Epoch = SimulatedService.FirstEpoch });
        for (var number = 0; number < SimulatedUser.All.Count; number++)
        {
            db.Users.Add(UserOf(number, SimulatedUser.All[number]));
        }

        for (var number = 0; number < Keys.Agents; number++)
        {
            db.Agents.Add(new Cloud.Enrolment.Agent
            {
                Id = SimulatedAgent.IdOf(number),
                TenantId = SimulatedService.TenantId,
                HostName = $"agent {number + 1}",
                Version = "1.0",
                IdentityKey = Keys.Identity[number].ExportSubjectPublicKeyInfo(),
                EnrolledAt = World.Beginning,
            });
        }

        db.SaveChanges();
        return connection;
    }

    private static User UserOf(int number, SimulatedUser user) => new()
    {
        Id = UserId(number),
        TenantId = SimulatedService.TenantId,
        SourceAnchor = user.ObjectGuid,
        Domain = SimulatedDomain.Name,
        UserPrincipalName = user.Name + "@" + SimulatedDomain.Name,
        UserPrincipalNameKey = User.NameKey(user.Name + "@" + SimulatedDomain.Name),
        SamAccountName = user.Name,
        DisplayName = user.Name,
        IsEnabled = !user.IsDisabled,
        ImportedAt = World.Beginning,
    };
}
