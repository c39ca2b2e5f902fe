namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The PDC emulator's role moves to the other domain controller between resets and during them.</summary>
public sealed class PdcTransferTests(PristineProduct pristine) : IClassFixture<PristineProduct>
{
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
            linked.Release();
            foreach (var attempt in during)
            {
                Assert.Null((await attempt.EndAsync()).Fault);
            }

            // It has noticed by now, or the person tries again.
            var after = await Attempt.RunAsync(linked, accounts);
            Assert.True(after.IsApplied || (await Attempt.RunAsync(linked, accounts)).IsApplied, $"{after}");
            Assert.Contains("dc2.north.example", linked.Product.Agent.Output, StringComparison.Ordinal);
        }
        finally
        {
            await Lab.RunAsync("transfer-pdc", "north-dc1");
            Array.ForEach(during, attempt => attempt.Dispose());
        }

        var back = await Attempt.RunAsync(linked, accounts);
        Assert.True(back.IsApplied || (await Attempt.RunAsync(linked, accounts)).IsApplied, $"{back}");
    }
}
