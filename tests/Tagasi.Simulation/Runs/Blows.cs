using Microsoft.EntityFrameworkCore;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Parties;

namespace Tagasi.Simulation.Runs;

/// <summary>Carries out what befalls the world at one moment.</summary>
internal sealed class Blows(Scenario scenario)
{
    private readonly World world = scenario.World;

    public void Strike(Blow blow)
    {
        var dice = world.Dice;
        var agent = dice.Pick(scenario.Agents);
        var controller = dice.Pick(scenario.Domain.Controllers);
        switch (blow)
        {
            case Blow.AgentKilled:
                agent.Kill();
                break;
            case Blow.AgentStopped or Blow.AgentGetsAnotherSealingKey:
                agent.Stop(blow is Blow.AgentGetsAnotherSealingKey);
                break;
            case Blow.AgentStoodStill:
                Stop(agent.Process);
                break;
            case Blow.AgentClockSet:
                Set(agent.Name, agent.Clock);
                break;
            case Blow.AgentRevoked:
                Revoke(agent);
                break;
            case Blow.AgentHostLost:
                agent.Lose();
                Replace();
                break;
            case Blow.WritebackDisabled:
                Onboard(isEnabled: false);
                world.After(dice.Seconds(0.5, 15), null, () => Onboard(isEnabled: true));
                break;
            case Blow.AgentCutOff:
                scenario.Network.Cut(agent, dice.Chance(0.5) ? dice.Seconds(1, 15) : dice.Seconds(15, 45));
                break;
            case Blow.ServiceKilled:
                scenario.Service.Kill();
                break;
            case Blow.ServiceStoodStill:
                Stop(scenario.Service.Process);
                break;
            case Blow.ServiceClockSet:
                Set("service", scenario.Service.Clock);
                break;
            case Blow.ControllerDown:
                controller.DownUntil = world.LaterThan(controller.DownUntil, Long());
                world.Note($"{controller.Name} is down until {controller.DownUntil}");
                break;
            case Blow.ControllerStoodStill:
                controller.StillUntil = world.LaterThan(controller.StillUntil, Long());
                world.Note($"{controller.Name} stands still until {controller.StillUntil}");
                break;
            case Blow.PdcEmulatorTransferred:
                scenario.Domain.TransferPdcEmulator();
                break;
            case Blow.AccountLockedOut:
                scenario.Domain.LockOut(SimulatedUser.All[0]);
                break;
            case Blow.JournalLost:
                agent.LoseJournal();
                break;
            default:
                throw new InvalidOperationException(blow.ToString());
        }
    }

    // Mostly longer than a call waits; at times longer than a ticket lives. The agent takes a write for its own for five minutes after that.
    private TimeSpan Long() => world.Dice.Chance(0.8) ? world.Dice.Seconds(1, 25) : world.Dice.Seconds(25, 200);

    private void Stop(SimulatedProcess? process)
    {
        if (process is { IsAlive: true })
        {
            world.StandStill(process);
        }
    }

    private void Set(string host, HostClock clock)
    {
        clock.Error = world.Dice.Chance(0.5) ? world.Dice.Seconds(-300, 300) : world.Dice.Seconds(-20, 20);
        world.Note($"{host}'s clock is set {clock.Error} off");
    }

    // From the command line, which is a process of its own.
    private void Revoke(SimulatedAgent agent) => new SimulatedProcess(world, "command line").Start(async () =>
    {
        await using var db = await scenario.Service.Databases.CreateDbContextAsync();
        var now = scenario.Service.Clock.Now;
        await db.Agents.Where(row => row.Id == agent.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now));
        agent.IsRevoked = true;
        world.Note($"{agent.Name} is revoked");
    });

    // Likewise. As TenantOnboarding does, but for the administrator's password.
    private void Onboard(bool isEnabled) => new SimulatedProcess(world, "command line").Start(async () =>
    {
        await using var db = await scenario.Service.Databases.CreateDbContextAsync();
        await db.Tenants.Where(tenant => tenant.IsWritebackEnabled != isEnabled).ExecuteUpdateAsync(set => set
            .SetProperty(tenant => tenant.IsWritebackEnabled, isEnabled)
            .SetProperty(tenant => tenant.Epoch, tenant => tenant.Epoch + (isEnabled ? 1 : 0)));
        world.Note($"writeback is {(isEnabled ? "enabled in a new epoch" : "disabled")}");
    });

    // Its host is set up anew: another agent, with an empty journal.
    private void Replace() => world.After(world.Dice.Seconds(1, 20), null, () =>
    {
        if (scenario.Agents.Count < Keys.Agents)
        {
            scenario.AddAgent().Start();
        }
    });
}
