using Tagasi.Cloud.Administration;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Database;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>A cloud administrator, who gives people a new password that they must change.</summary>
internal sealed class Helpdesk(Scenario scenario, int user, SimulatedProcess browser) : IParty
{
    private const int MostTries = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly Administrator Self = new(new Guid(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), SimulatedService.TenantId, "helpdesk@north.example", "");
    private readonly World world = scenario.World;

    public bool IsDone { get; private set; }

    public async Task RunAsync()
    {
        for (var tries = 1; tries <= MostTries && await TryAsync(tries) is not { State: RequestState.Applied }; tries++)
        {
            await world.Delay(world.Dice.Seconds(0.2, 6), browser);
        }

        IsDone = true;
    }

    /// <returns>What became of it; null when nobody said.</returns>
    private async Task<ResetView?> TryAsync(int number)
    {
        if (await AskAsync(IssueAsync) is not { Request.Ticket: { } ticket } issued)
        {
            return null;
        }

        var password = $"the helpdesk's password {number}";
        var signed = new SignedTicket(ticket);
        var request = scenario.Ledger.Sealed(SimulatedAgent.Read(signed), password, null);
        world.Note($"the helpdesk seals {password} to {request}");
        var envelope = EnvelopeSealer.Seal(password, signed.Hash, issued.Recipients);
        await world.Delay(world.Dice.Seconds(0.1, 3), browser);
        _ = Read(request, await AskAsync(pages => pages.SubmitAsync(Self, ticket, envelope, CancellationToken.None)));
        return await WaitForEndAsync(ticket, request);
    }

    private async Task<ResetView?> WaitForEndAsync(string ticket, TrueRequest request)
    {
        var began = world.Now;
        while (world.Now - began < Patience)
        {
            if (Read(request, await AskAsync(pages => pages.LookAsync(Self, ticket, CancellationToken.None))) is { State: not (RequestState.Leased or RequestState.Unknown) } view)
            {
                return view;
            }

            await world.Delay(world.Dice.Seconds(1, 6), browser);
        }

        return null;
    }

    private ResetView? Read(TrueRequest request, ResetView? view)
    {
        world.Note($"the helpdesk reads {view?.State} {view?.Problem?.Code}");
        if (view is { State: RequestState.Applied or RequestState.Refused })
        {
            scenario.Ledger.Reported(request, view.State is RequestState.Applied ? Outcome.Applied : Outcome.Refused, "the helpdesk");
        }

        return view;
    }

    private async Task<Issued?> IssueAsync(AdministratorReset pages)
    {
        var person = await pages.FindAsync(Self, SimulatedDatabase.UserId(user), CancellationToken.None);
        var (_, request, recipients) = await pages.IssueAsync(Self, person!, CancellationToken.None);
        return request is null ? null : new Issued(request, recipients);
    }

    private async Task<T?> AskAsync<T>(Func<AdministratorReset, Task<T?>> question)
        where T : class
    {
        try
        {
            return await scenario.Service.AskAsync(browser, pages => question(pages.Administration));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Issued(WritebackRequest Request, IReadOnlyList<SealingKey> Recipients);
}
