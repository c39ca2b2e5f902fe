using Microsoft.Data.Sqlite;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The disk of the agent or of the service is full.</summary>
[Collection(ReliabilityTests.Name)]
public sealed class FullDiskTests(PristineProduct pristine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task While_the_agents_disk_is_full_nothing_is_written_and_it_mends_itself_with_the_space()
    {
        var (linked, accounts, disk) = (pristine.Linked, pristine.Accounts, pristine.AgentDisk);
        disk.Fill();
        try
        {
            // The journal's last page has room for a line or several; whoever still gets in is told the truth too.
            Told told;
            var others = 0;
            do
            {
                told = await Attempt.RunAsync(linked, accounts);
            }
            while (told.IsApplied && ++others < 10);

            Assert.Equal(("proven", "not-carried-out"), (told.Step, told.Problem));
            Assert.Contains("the journal cannot be written", linked.Product.Agent.Output, StringComparison.Ordinal);
        }
        finally
        {
            disk.Free();
        }

        Assert.True((await Attempt.RunAsync(linked, accounts)).IsApplied);
    }

    [Fact]
    public async Task An_outcome_that_the_services_full_disk_cannot_keep_is_known_once_there_is_space()
    {
        var (linked, accounts, disk) = (pristine.Linked, pristine.Accounts, pristine.CloudDisk);
        using var attempt = (await Attempt.BeginAsync(linked, accounts, 1))[0];
        await attempt.StandAsync(Point.AgentAnswerOnItsWay);
        try
        {
            // What the database's log keeps for writing over would hold the outcome.
            await linked.Product.UntilAsync(() => TruncateLogAsync(disk), "the database's log is empty");
            disk.Fill();
            linked.Release();
            await linked.Product.Cloud.UntilSaysAsync("database or disk is full", Patience);
        }
        finally
        {
            disk.Free();
        }

        var (told, truth, fault) = await attempt.EndAsync();
        Assert.Null(fault);
        Assert.Equal((true, 1), (told.IsApplied, truth.Writes));
    }

    private static async Task<bool> TruncateLogAsync(SmallDisk disk)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(disk.Folder, "tagasi.db")};Pooling=False");
        await db.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = db.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        // The first column says whether somebody was in the way.
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 0L;
    }
}
