namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>One person's way to a new password, which a test can make stand still, and the truth of what came of it.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly LinkedProduct linked;
    private readonly Accounts accounts;
    private readonly Person person;
    private readonly string password = Accounts.FreshPassword();
    private Task<Told>? answer;

    private Attempt(LinkedProduct linked, Accounts accounts)
    {
        (this.linked, this.accounts) = (linked, accounts);
        person = new Person(linked.Product, accounts.Next());
    }

    public Point? Point { get; private set; }

    /// <summary>People who have proved who they are and hold a ticket.</summary>
    public static async Task<Attempt[]> BeginAsync(LinkedProduct linked, Accounts accounts, int count)
    {
        await linked.Product.Mailbox.ClearAsync();
        var attempts = Enumerable.Range(0, count).Select(_ => new Attempt(linked, accounts)).ToArray();
        await Task.WhenAll(attempts.Select(attempt => attempt.ProveAsync()));
        // Tickets last a minute: all at the end.
        await Task.WhenAll(attempts.Select(attempt => attempt.person.AskForTicketAsync()));
        return attempts;
    }

    public void Submit() => answer = person.SubmitAsync(password);

    /// <summary>Submits, and returns when the request stands still at the point.</summary>
    public async Task StandAsync(Point point)
    {
        Point = point;
        var hold = linked.Hold(point, person.RequestId);
        Submit();
        var reached = hold.ReachedAsync();
        if (await Task.WhenAny(reached, answer!) != reached)
        {
            Assert.Fail($"{person.Account} never came to {point}, but was told {await answer!}.\n{linked.Product.Agent.Output}");
        }

        await reached;
    }

    /// <summary>The final answer, what the directory says, and what is wrong; null: nothing.</summary>
    public async Task<(Told Told, Truth Truth, string? Fault)> EndAsync()
    {
        var told = await answer!;
        var truth = await accounts.LookAsync(person.Account, password);
        var isElsewhere = Point is { } point && Points.IsWritten(point) && truth.Writes == 0;
        var fault = truth.Contradicts(told) ?? (isElsewhere ? $"nothing was written: the point was not {Point}" : null);
        return (told, truth, fault is null ? null : $"{person.Account}: {fault}");
    }

    /// <summary>From form to final answer without any trouble on the way.</summary>
    public static async Task<Told> RunAsync(LinkedProduct linked, Accounts accounts)
    {
        using var attempt = (await BeginAsync(linked, accounts, 1))[0];
        attempt.Submit();
        var (told, _, fault) = await attempt.EndAsync();
        Assert.Null(fault);
        return told;
    }

    public void Dispose() => person.Dispose();

    private async Task ProveAsync()
    {
        await accounts.BeginAsync(person.Account);
        await person.ProveAsync();
    }
}
