namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The disk of the agent or of the service is full.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly Accounts accounts = new();

    public async ValueTask InitializeAsync() => await Lab.RunAsync("reset");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task While_the_agents_disk_is_full_nothing_is_written_and_it_mends_itself_with_the_space()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        await using var linked = await LinkedProduct.StartAsync(changeAgent: settings => settings["stateFolder"] = disk.Folder);
        disk.Fill();
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
        disk.Free();
        Assert.True((await Attempt.RunAsync(linked, accounts)).IsApplied);
    }

    [Fact]
    public async Task An_outcome_that_the_services_full_disk_cannot_keep_is_known_once_there_is_space()
    {
        await using var disk = await SmallDisk.MountAsync(8);
        await using var linked = await LinkedProduct.StartAsync(changeCloud: settings => settings["dataFolder"] = disk.Folder);
        using var attempt = (await Attempt.BeginAsync(linked, accounts, 1))[0];
        await attempt.StandAsync(Point.AgentAnswerOnItsWay);
        disk.Fill();
        linked.Release();
        await linked.Product.Cloud.UntilSaysAsync("database or disk is full", Patience);
        disk.Free();

        var (told, truth, fault) = await attempt.EndAsync();
        Assert.Null(fault);
        Assert.Equal((true, 1), (told.IsApplied, truth.Writes));
    }
}
