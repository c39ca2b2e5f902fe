using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Recovery;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Simulation.Database;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Checks;

/// <summary>What must hold when everything that can be healed is healed.</summary>
internal sealed class LastChecks(Scenario scenario, SimulatedDatabase database)
{
    /// <summary>Whether nothing is left that the service and its agents will still find out.</summary>
    public bool IsSettled()
    {
        using var db = database.Look();
        return !db.WritebackRequests.AsNoTracking().Where(request => request.State == RequestState.Leased || request.State == RequestState.Unknown).AsEnumerable().Any(CanBeResolved);
    }

    public void Check()
    {
        using var db = database.Look();
        var rows = db.WritebackRequests.AsNoTracking().ToList();
        foreach (var row in rows)
        {
            Check(row);
        }

        foreach (var session in db.RecoverySessions.AsNoTracking().ToList())
        {
            var isOpen = rows.Exists(row => row.SessionId == session.Id && row.State is RequestState.Leased or RequestState.Unknown);
            if (session.Step is RecoveryStep.Running or RecoveryStep.Unknown && !isOpen)
            {
                scenario.World.Fail($"every request is answered: {session.Actor}'s recovery is {session.Step}, and no request of it is open");
            }
        }
    }

    private void Check(WritebackRequest row)
    {
        var truth = scenario.Ledger.Find(row.Id);
        if (row.State is RequestState.Leased or RequestState.Unknown && CanBeResolved(row))
        {
            scenario.World.Fail($"every request is resolved once the directory can be seen: {truth} is still {row.State}");
        }

        if (truth is null)
        {
            return;
        }

        if (row.State is RequestState.Applied or RequestState.Refused)
        {
            scenario.Ledger.Reported(truth, row.State is RequestState.Applied ? Outcome.Applied : Outcome.Refused, "the service");
        }

        if (row.State is RequestState.Refused)
        {
            CheckRefused(row, truth);
        }

        if (row.State is RequestState.Issued && truth.Writes > 0)
        {
            scenario.World.Fail($"nothing is written without a lease: {truth}");
        }
    }

    // Whatever won at last: what was refused must not be what somebody signs in with. Where several wrote, that is what is said.
    private void CheckRefused(WritebackRequest row, TrueRequest truth)
    {
        if (row.Problem != Problems.Superseded.Code && scenario.Domain.Controllers.FirstOrDefault(one => truth.Currents.ContainsKey(one.Show(truth.Ticket.ObjectGuid).Password)) is { } controller)
        {
            scenario.World.Fail($"a reported refusal is not in the directory: {truth} was refused, and {controller.Name} has its password");
        }
    }

    // A lease that nobody waits for must at least become unknown. After that, what only a lost or revoked agent could know stays unknown.
    private bool CanBeResolved(WritebackRequest row) =>
        row.State is RequestState.Leased || scenario.Agents.Single(agent => agent.Id == row.AgentId) is { IsLost: false, IsRevoked: false, HasLostJournal: false };
}
