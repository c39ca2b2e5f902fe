using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Forest;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>Somebody with a proven recovery and a browser, who clicks twice, waits too long, keeps an old page, and tries again.</summary>
/// <param name="operation">What this person came for.</param>
internal sealed class Person(Scenario scenario, int number, SimulatedUser user, Operation operation, string secret, SimulatedProcess browser) : IParty
{
    private const int MostTries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly World world = scenario.World;
    private readonly List<TrueRequest> mine = [];
    private int passwords;

    public string Name { get; } = $"person {number + 1}";

    public bool IsDone { get; private set; }

    public async Task RunAsync()
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await TryAsync() is not { Step: RecoveryStep.Proven })
            {
                break;
            }

            await world.Delay(world.Dice.Seconds(0.2, 6), browser);
        }

        IsDone = true;
    }

    /// <returns>Where the recovery stands; null when the person gave up waiting.</returns>
    private async Task<OutcomeView?> TryAsync()
    {
        if (world.Dice.Chance(0.5))
        {
            _ = await AskAsync(portal => portal.PreflightAsync(secret, CancellationToken.None));
        }

        if (await SealAsync() is not { } sealedOne)
        {
            return await LookAsync();
        }

        var old = world.Dice.Chance(0.1) ? await SealAsync() : null;
        // Nobody types for a minute in most runs; where somebody does, the ticket's end is the moment of interest.
        await world.Delay(world.Dice.Chance(0.12) ? world.Dice.Seconds(50, 62) : world.Dice.Seconds(0.1, 3), browser);
        if (old is not null)
        {
            // Two tabs: what was sealed last is sent first.
            await Task.WhenAll(SubmitAsync(old.Value), SubmitLaterAsync(sealedOne));
        }
        else if (world.Dice.Chance(0.2))
        {
            await Task.WhenAll(SubmitAsync(sealedOne), SubmitAsync(sealedOne));
        }
        else
        {
            await SubmitAsync(sealedOne);
        }

        return await WaitForEndAsync();
    }

    private async Task<(string Ticket, Envelope? Envelope)?> SealAsync()
    {
        if (await AskAsync(portal => portal.IssueTicketAsync(secret, operation, CancellationToken.None)) is not { Ticket: { } ticket } issued)
        {
            return null;
        }

        var signed = new SignedTicket(ticket);
        var password = operation.NeedsNewPassword() ? $"{Name}'s password {++passwords}" : null;
        var current = operation.NeedsCurrentPassword() ? RecallPassword() : null;
        mine.Add(scenario.Ledger.Sealed(SimulatedAgent.Read(signed), password, current));
        world.Note($"{Name} seals {password ?? "nothing"} to {mine[^1]}");
        return (ticket, password is null ? null : EnvelopeSealer.Seal(password, current, signed.Hash, issued.Recipients));
    }

    // Some people remember what it was until a moment ago, some never knew.
    private string RecallPassword() => world.Dice.Chance(0.8) ? scenario.Domain.PdcEmulator.Show(user.ObjectGuid).Password : "mistaken";

    private async Task SubmitLaterAsync((string Ticket, Envelope? Envelope) order)
    {
        await world.Delay(world.Dice.Seconds(0, 4), browser);
        await SubmitAsync(order);
    }

    private async Task SubmitAsync((string Ticket, Envelope? Envelope) order)
    {
        if (await AskAsync(portal => portal.SubmitAsync(secret, order.Ticket, order.Envelope, CancellationToken.None)) is { } view)
        {
            Read(view, isWaiting: true);
        }
    }

    private async Task<OutcomeView?> WaitForEndAsync()
    {
        var began = world.Now;
        while (world.Now - began < Patience)
        {
            if (await LookAsync() is { Step: not (RecoveryStep.Running or RecoveryStep.Unknown) } view)
            {
                return view;
            }

            await world.Delay(world.Dice.Seconds(1, 6), browser);
        }

        return null;
    }

    private async Task<OutcomeView?> LookAsync()
    {
        if (await AskAsync(portal => portal.OutcomeAsync(secret, CancellationToken.None)) is not { } view)
        {
            return null;
        }

        Read(view, isWaiting: false);
        return view;
    }

    // What a page says must be true. While another click is still out, what it shows of a refusal may be overtaken.
    private void Read(OutcomeView view, bool isWaiting)
    {
        world.Note($"{Name} reads {view.Step} {view.Problem?.Code}");
        if (view.Step == RecoveryStep.Applied && !mine.Exists(request => request.IsFulfilled))
        {
            world.Fail($"a reported success is in the directory: {Name} reads that it was applied");
        }

        if (!isWaiting && view.Step is RecoveryStep.Proven or RecoveryStep.Ended && view.Problem is { } problem && problem != Problems.SessionExpired)
        {
            foreach (var request in mine)
            {
                scenario.Ledger.Reported(request, Outcome.Refused, Name);
            }
        }
    }

    private async Task<T?> AskAsync<T>(Func<NewPassword, Task<T>> question)
        where T : class
    {
        try
        {
            return await scenario.Service.AskAsync(browser, pages => question(pages.Portal));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
