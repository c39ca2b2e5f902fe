namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The agent, the service and the domain controller are killed and stopped while requests are on their way.</summary>
/// <remarks>Each blow falls on five people at once, one at each <see cref="Point"/>. <see cref="LongRun"/> repeats it, with longer absences too.</remarks>
public sealed class KillTests(PristineProduct pristine) : IClassFixture<PristineProduct>
{
    [Theory]
    [InlineData(Victim.Agent, Signal.Kill, 0)]
    [InlineData(Victim.Agent, Signal.Stop, 3)]
    [InlineData(Victim.Service, Signal.Kill, 0)]
    [InlineData(Victim.Service, Signal.Stop, 3)]
    [InlineData(Victim.Controller, Signal.Kill, 0)]
    [InlineData(Victim.Controller, Signal.Stop, 3)]
    internal async Task What_the_person_is_told_is_what_kinit_says(Victim victim, Signal signal, int pauseSeconds)
    {
        var findings = await new Round(pristine.Linked, pristine.Accounts).RunAsync(new Blow(victim, signal, TimeSpan.FromSeconds(pauseSeconds)));
        foreach (var finding in findings)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{finding.Blow.Victim} {finding.Blow.Signal} {finding.Point}: {finding.Told}");
        }

        Assert.Empty(findings.Select(finding => finding.Fault).OfType<string>());
    }
}
