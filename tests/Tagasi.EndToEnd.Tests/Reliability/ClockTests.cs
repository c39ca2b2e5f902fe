namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The clock of the agent's host is wrong.</summary>
[Collection(ReliabilityTests.Name)]
public sealed class ClockTests(PristineProduct pristine)
{
    [Theory]
    [InlineData("+5m")]
    [InlineData("-5m")]
    public async Task While_the_agents_clock_is_wrong_it_says_so_and_writes_nothing(string wrong)
    {
        var (linked, accounts) = (pristine.Linked, pristine.Accounts);
        await linked.Product.Agent.DisposeAsync();
        try
        {
            await RefusesAsync(linked, accounts, wrong);
        }
        finally
        {
            await linked.Product.Agent.DisposeAsync();
            await linked.Product.StartAgentAsync();
        }

        Assert.True((await Attempt.RunAsync(linked, accounts)).IsApplied);
    }

    private static async Task RefusesAsync(LinkedProduct linked, Accounts accounts, string wrong)
    {
        // What the clock on the wall says is wrong; how long something takes stays right.
        await linked.Product.StartAgentAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_PRELOAD"] = FindLibrary(), ["FAKETIME"] = wrong, ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" });
        Assert.Contains("The clock here and the service's differ by", linked.Product.Agent.Output, StringComparison.Ordinal);
        var told = await Attempt.RunAsync(linked, accounts);
        Assert.Equal(("proven", "ticket-expired"), (told.Step, told.Problem));
    }

    private static string FindLibrary() =>
        Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).FirstOrDefault()
        ?? throw new InvalidOperationException("The package faketime is not installed: ./test installs it.");
}
