namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>The agent, the service and the domain controller are killed and stopped while requests are on their way: what the person is told is what kinit says.</summary>
public sealed class KillTests(KillTests.Scene scene) : IClassFixture<KillTests.Scene>
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
        var findings = await new Round(scene.Linked, scene.Accounts).RunAsync(new Blow(victim, signal, TimeSpan.FromSeconds(pauseSeconds)));
        foreach (var finding in findings)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{finding.Blow.Victim} {finding.Blow.Signal} {finding.Point}: {finding.Told}");
        }

        Assert.Empty(findings.Select(finding => finding.Fault).OfType<string>());
    }

    /// <summary>A pristine directory, and one product for all blows.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        internal LinkedProduct Linked { get; private set; } = null!;

        internal Accounts Accounts { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Lab.RunAsync("reset");
            Linked = await LinkedProduct.StartAsync();
        }

        public ValueTask DisposeAsync() => Linked?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
