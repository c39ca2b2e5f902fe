using Microsoft.Data.Sqlite;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The disk of the agent or of the service is full.</summary>
[Collection(ReliabilityTests.Name)]
public sealed class FullDiskTests(PristineProduct pristine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task An_agent_whose_disk_is_full_ends_and_when_there_is_space_the_person_is_told_what_kinit_says()
    {
        var (linked, accounts, disk) = (pristine.Linked, pristine.Accounts, pristine.AgentDisk);
        disk.Fill();
        var (full, isEnding) = (linked.Product.Agent, false);
        var started = StartWhenThereIsSpaceAsync(linked.Product, disk);
        try
        {
            // The journal's last page has room for a line or several. Whichever does not fit, an intent or an outcome: what was told is true.
            for (var tries = 0; !isEnding && tries < 10; tries++)
            {
                await Attempt.RunAsync(linked, accounts);
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                isEnding = full.Output.Contains("the journal cannot be written, so the agent ends", StringComparison.Ordinal);
            }

            Assert.True(isEnding, full.Output);
        }
        finally
        {
            await started;
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

    // What systemd does, and an administrator.
    private static async Task StartWhenThereIsSpaceAsync(RunningProduct product, SmallDisk disk)
    {
        try
        {
            Assert.Equal(1, await product.Agent.UntilEndsAsync(TimeSpan.FromMinutes(2)));
            var (code, _, error) = await ChildProcess.RunAsync(Executables.Agent, ["run", "--config", product.AgentSettings]);
            Assert.Equal(1, code);
            Assert.Contains("The agent does not start, because its journal cannot be written: No space left on device", error, StringComparison.Ordinal);
        }
        finally
        {
            disk.Free();
            await product.Agent.DisposeAsync();
            await product.StartAgentAsync();
        }
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
