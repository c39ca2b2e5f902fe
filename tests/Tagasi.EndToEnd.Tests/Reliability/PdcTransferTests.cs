namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The PDC emulator's role moves to the other domain controller between resets and during them.</summary>
[Collection(ReliabilityTests.Name)]
public sealed class PdcTransferTests(PristineProduct pristine)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task While_the_role_moves_and_after_it_the_person_is_told_what_both_domain_controllers_say()
    {
        var (linked, accounts) = (pristine.Linked, pristine.Accounts);
        var during = await Attempt.BeginAsync(linked, accounts, 2);
        try
        {
            await during[0].StandAsync(Point.ModifyOnItsWay);
            await during[1].StandAsync(Point.AccountOnItsWay);
            await Lab.RunAsync("transfer-pdc", "north-dc2");
            var start = TimeProvider.System.GetTimestamp();
            linked.Release();
            foreach (var attempt in during)
            {
                Assert.Null((await attempt.EndAsync()).Fault);
            }

            await FollowsAsync("dc2.north.example", start);
        }
        finally
        {
            await Lab.RunAsync("transfer-pdc", "north-dc1");
            Array.ForEach(during, attempt => attempt.Dispose());
        }

        await FollowsAsync("dc1.north.example", TimeProvider.System.GetTimestamp());
        Assert.True((await Attempt.RunAsync(linked, accounts)).IsApplied);
    }

    // Whoever comes before it is noticed is served by the former one, or tries again.
    private async Task FollowsAsync(string emulator, long since)
    {
        var agent = pristine.Linked.Product.Agent;
        var said = agent.Output.Length;
        while (!agent.Output[said..].Contains("at " + emulator, StringComparison.Ordinal))
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Promised);
            await Attempt.RunAsync(pristine.Linked, pristine.Accounts);
        }
    }
}
