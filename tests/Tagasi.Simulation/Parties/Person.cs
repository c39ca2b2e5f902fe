using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Engine;
using Tagasi.Simulation.Runs;

namespace Tagasi.Simulation.Parties;

/// <summary>Somebody with a proven recovery and a browser, who clicks twice, waits too long, keeps an old page, and tries again.</summary>
internal sealed class Person(Scenario scenario, int number, string secret, SimulatedProcess browser)
{
    private const int MostTries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly World world = scenario.World;
    private readonly List<TrueRequest> mine = [];
    private int passwords;

    public string Name { get; } = $"person {number + 1}";

    public bool IsDone { get; private set; }

    public async Task ResetAsync()
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
            _ = await AskAsync(service => service.PreflightAsync(secret, CancellationToken.None));
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

    private async Task<(string Ticket, Envelope Envelope)?> SealAsync()
    {
        if (await AskAsync(service => service.IssueTicketAsync(secret, Operation.Reset, CancellationToken.None)) is not { Ticket: { } ticket } issued)
        {
            return null;
        }

        var password = $"{Name}'s password {++passwords}";
        var signed = new SignedTicket(ticket);
        mine.Add(scenario.Ledger.Sealed(SimulatedAgent.Read(signed), password));
        world.Note($"{Name} seals {password} to {mine[^1]}");
        return (ticket, EnvelopeSealer.Seal(password, signed.Hash, issued.Recipients));
    }

    private async Task SubmitLaterAsync((string Ticket, Envelope Envelope) order)
    {
        await world.Delay(world.Dice.Seconds(0, 4), browser);
        await SubmitAsync(order);
    }

    private async Task SubmitAsync((string Ticket, Envelope Envelope) order)
    {
        if (await AskAsync(service => service.SubmitAsync(secret, order.Ticket, order.Envelope, CancellationToken.None)) is { } view)
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
        if (await AskAsync(service => service.OutcomeAsync(secret, CancellationToken.None)) is not { } view)
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
        if (view.Step == RecoveryStep.Applied && !mine.Exists(request => request.TookEffect))
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
            return await scenario.Service.AskAsync(browser, question);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
