namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The agent is asked to stop, as systemd does, while a write is on its way.</summary>
[Collection(ReliabilityTests.Name)]
public sealed class StopTests(PristineProduct pristine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Within the eight seconds that a write may take.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task An_agent_that_is_asked_to_stop_finishes_what_it_has_begun_and_tells_it()
    {
        var linked = pristine.Linked;
        var agent = linked.Product.Agent;
        using var attempt = (await Attempt.BeginAsync(linked, pristine.Accounts, 1))[0];
        await attempt.StandAsync(Point.ModifyOnItsWay);
        try
        {
            await agent.SignalAsync("TERM");
            await Task.Delay(Held, TestContext.Current.CancellationToken);
        }
        finally
        {
            linked.Release();
        }

        var (told, _, fault) = await attempt.EndAsync();
        Assert.Null(fault);
        Assert.Equal((true, false), (told.IsApplied, told.WasUnknown));
        Assert.Equal(0, await agent.UntilEndsAsync(Patience));
        await agent.DisposeAsync();
        await linked.Product.StartAgentAsync();
    }
}
