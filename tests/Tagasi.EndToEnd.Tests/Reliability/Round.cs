namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>One person's try in a round.</summary>
/// <param name="Fault">What is wrong; null: nothing.</param>
internal sealed record Finding(Blow Blow, Point Point, Told? Told, string? Fault);

/// <summary>One blow for five people at once, each of whose requests stands still at another point of the path.</summary>
internal sealed class Round(LinkedProduct linked, Accounts accounts)
{
    /// <summary>Brings a request to each point, strikes, lets the network deliver what was on the way, mends, and hears what each person is told in the end.</summary>
    public async Task<Finding[]> RunAsync(Blow blow)
    {
        var people = await ProveAsync(Points.All.Count);
        var tries = new List<(Point Point, Person Person, string Password, Task<Told> Told)>();
        try
        {
            foreach (var (point, person) in Points.All.Zip(people))
            {
                var password = Accounts.FreshPassword();
                var hold = linked.Hold(point, person.RequestId);
                tries.Add((point, person, password, person.SubmitAsync(password)));
                await hold.ReachedAsync();
            }

            await blow.StrikeAsync(linked);
            linked.Release();
            await blow.MendAsync(linked);
            return await Task.WhenAll(tries.Select(one => JudgeAsync(blow, one.Point, one.Person, one.Password, one.Told)));
        }
        finally
        {
            linked.Release();
            people.ForEach(person => person.Dispose());
        }
    }

    private async Task<List<Person>> ProveAsync(int count)
    {
        await linked.Product.Mailbox.ClearAsync();
        var people = Enumerable.Range(0, count).Select(_ => new Person(linked.Product, accounts.Next())).ToList();
        foreach (var person in people)
        {
            await accounts.BeginAsync(person.Account);
        }

        await Task.WhenAll(people.Select(person => person.ProveAsync()));
        await Task.WhenAll(people.Select(person => person.AskForTicketAsync()));
        return people;
    }

    private async Task<Finding> JudgeAsync(Blow blow, Point point, Person person, string password, Task<Told> answer)
    {
        var told = await answer;
        var truth = await accounts.LookAsync(person.Account, password);
        var fault = truth.Contradicts(told) ?? (Points.IsWritten(point) && truth.Writes == 0 ? "nothing was written: the point was not what its name says" : null);
        return new Finding(blow, point, told, fault is null ? null : $"{blow} {point} {person.Account}: {fault}");
    }
}
