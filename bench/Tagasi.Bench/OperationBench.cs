using Microsoft.Extensions.DependencyInjection;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Writeback;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Bench;

/// <summary>One operation through the whole path, from the request for a ticket to the outcome, against the same asked of the domain controller alone.</summary>
/// <remarks>What a person asks for comes over HTTPS; what an administrator or the service itself asks for begins at the ticket.</remarks>
internal sealed class OperationBench(RunningProduct product, Operation operation, string name, int width)
{
    private readonly int perRound = width == 1 ? 20 : Math.Max(40, 2 * width);
    private readonly Browser[] browsers = [.. Enumerable.Range(0, width).Select(_ => product.OpenBrowser())];
    private readonly IServiceProvider services = product.Service.Services;

    public async Task<IReadOnlyList<Figure>> RunAsync(int rounds)
    {
        await using var bare = await Rounds.TryAsync(() => Bare.ConnectAsync(width, product.People));
        // From here on every password is known.
        await Rounds.TryAsync(() => bare.RunAsync(Operation.Reset, product.People.Count / width * width));
        await Rounds.RunAsync(1, RunOursAsync, () => bare.RunAsync(operation, perRound));
        var (ours, theirs) = await Rounds.RunAsync(rounds, RunOursAsync, () => bare.RunAsync(operation, perRound));
        return
        [
            Figure.AtLeast(0.95, $"{name}-{width}.throughput", ours.PerSecond, "each/s", theirs.PerSecond),
            Figure.AtMost(1.10, $"{name}-{width}.p50", ours.P50, "ms", theirs.P50),
            Figure.AtMost(1.25, $"{name}-{width}.p99", ours.P99, "ms", theirs.P99),
        ];
    }

    private async Task<Samples> RunOursAsync()
    {
        Person[] people = [.. Enumerable.Range(0, perRound).Select(i => Lanes.Pick(product.People, i % width, i / width, width))];
        if (operation is Operation.Verify or Operation.AdministratorReset)
        {
            return await Samples.OfAsync(perRound, width, (lane, turn) => OrderAsync(people[lane + (turn * width)]));
        }

        var secrets = await product.Service.ProveAsync([.. people.Select(person => person.User)]);
        return await Samples.OfAsync(perRound, width, (lane, turn) =>
        {
            var (person, secret) = (people[lane + (turn * width)], secrets[lane + (turn * width)]);
            var current = operation.NeedsCurrentPassword() ? person.Password : "";
            return browsers[lane].WriteAsync(operation, secret, operation.NeedsNewPassword() ? person.TakeNew() : "", current);
        });
    }

    private async Task OrderAsync(Person person)
    {
        var order = new TicketOrder(person.User, operation, null, "bench", "bench");
        var request = await services.GetRequiredService<TicketIssuer>().IssueAsync(order, RunningService.Epoch, CancellationToken.None)
            ?? throw new InvalidOperationException("An earlier request is open.");
        var agent = services.GetRequiredService<ConnectedAgents>().For(person.User.TenantId, person.User.Domain, RunningService.Epoch)[0];
        var current = operation.NeedsCurrentPassword() ? person.Password : "";
        var envelope = EnvelopeSealer.Seal(operation.NeedsNewPassword() ? person.TakeNew() : "", current, request.TicketHash, [agent.SealingKey]);
        var outcome = await services.GetRequiredService<RequestRunner>().CarryOutAsync(request, envelope);
        if (outcome is not { State: RequestState.Applied })
        {
            throw new InvalidOperationException($"{outcome}");
        }
    }
}
