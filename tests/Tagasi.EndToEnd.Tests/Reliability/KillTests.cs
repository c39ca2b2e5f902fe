namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The agent, the service and the domain controller are killed and stopped while requests are on their way.</summary>
/// <remarks>
/// Each blow falls on five people at once, one at each <see cref="Point"/>. Every run has the two deaths that lose most; besides, on even days
/// the service dies, for which its successor waits half a minute, and on odd days all three are stopped for a while. <see cref="LongRun"/>
/// has all of them, again and again.
/// </remarks>
[Collection(ReliabilityTests.Name)]
public sealed class KillTests(PristineProduct pristine)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    private static bool IsEvenDay => TimeProvider.System.GetUtcNow().DayOfYear % 2 == 0;

    [Fact]
    public Task When_the_agent_is_killed_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Agent, Signal.Kill, TimeSpan.Zero));

    [Fact]
    public Task When_the_domain_controller_is_killed_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Controller, Signal.Kill, TimeSpan.Zero));

    [Fact]
    public async Task When_the_service_is_killed_or_one_of_the_three_is_stopped_the_person_is_told_what_kinit_says()
    {
        Blow[] today = IsEvenDay
            ? [new(Victim.Service, Signal.Kill, TimeSpan.Zero)]
            : [new(Victim.Agent, Signal.Stop, Short), new(Victim.Service, Signal.Stop, Short), new(Victim.Controller, Signal.Stop, Short)];
        foreach (var blow in today)
        {
            await StrikeAsync(blow);
        }
    }

    private async Task StrikeAsync(Blow blow)
    {
        var findings = await new Round(pristine.Linked, pristine.Accounts).RunAsync(blow);
        Assert.Empty(findings.Select(finding => finding.Fault).OfType<string>());
    }
}
