namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The agent, the service and the domain controller are killed and stopped while requests are on their way.</summary>
/// <remarks>Each blow falls on five people at once, one at each <see cref="Point"/>. <see cref="LongRun"/> has all of them, and longer ones, again and again.</remarks>
[Collection(ReliabilityTests.Name)]
public sealed class KillTests(PristineProduct pristine)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    [Fact]
    public Task When_the_agent_is_killed_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Agent, Signal.Kill, TimeSpan.Zero));

    [Fact]
    public Task When_the_service_is_killed_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Service, Signal.Kill, TimeSpan.Zero));

    [Fact]
    public Task When_the_domain_controller_is_killed_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Controller, Signal.Kill, TimeSpan.Zero));

    [Fact]
    public Task When_the_agent_is_stopped_for_a_while_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Agent, Signal.Stop, Short));

    [Fact]
    public Task When_the_service_is_stopped_for_a_while_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Service, Signal.Stop, Short));

    [Fact]
    public Task When_the_domain_controller_is_stopped_for_a_while_the_person_is_told_what_kinit_says() => StrikeAsync(new(Victim.Controller, Signal.Stop, Short));

    private async Task StrikeAsync(Blow blow)
    {
        var findings = await new Round(pristine.Linked, pristine.Accounts).RunAsync(blow);
        Assert.Empty(findings.Select(finding => finding.Fault).OfType<string>());
    }
}
