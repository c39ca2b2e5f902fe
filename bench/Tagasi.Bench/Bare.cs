using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Ldap;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Bench;

/// <summary>What the product is held against: the same asked of the domain controller alone, on connections that stand already.</summary>
internal sealed class Bare(string server, int width, IReadOnlyList<LdapConnection> connections, IReadOnlyList<Person> people) : IAsyncDisposable
{
    // SEQUENCE { INTEGER 1 }: under the password history, as the product resets ([MS-ADTS] 3.1.1.3.4.1.27).
    private static readonly LdapControl PolicyHints = new("1.2.840.113556.1.4.2239", IsCritical: true, new byte[] { 0x30, 3, 2, 1, 1 });
    private static readonly LdapModification Unlocking = LdapModification.Replace("lockoutTime", "0"u8.ToArray());

    public static async Task<Bare> ConnectAsync(int width, IReadOnlyList<Person> people)
    {
        await using var domain = North.Domain();
        // At the very domain controller that the agent writes to, whichever holds the role now.
        var reading = await domain.ReadAccountAsync(people[0].User.SourceAnchor, TimeSpan.FromSeconds(10), CancellationToken.None);
        var server = reading is AccountReading.Found(var account) ? account.Server : throw new InvalidOperationException($"{reading}");
        // As many connections as the product has; what is more in flight shares them.
        var connections = Math.Min(width, North.Options().MaxConnections);
        return new Bare(server, width, await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => North.BindAsync(server))), people);
    }

    /// <summary>What the directory has to do for an operation at the least.</summary>
    public Task<Samples> RunAsync(Operation operation, int count) => operation switch
    {
        Operation.Reset or Operation.AdministratorReset => ModifyAsync(count, person => [LdapModification.Replace("unicodePwd", Quoted(person.TakeNew()))], []),
        Operation.Change => ModifyAsync(
            count, person => [LdapModification.Delete("unicodePwd", Quoted(person.Password)), LdapModification.Add("unicodePwd", Quoted(person.TakeNew()))], []),
        Operation.Unlock => ModifyAsync(count, _ => [Unlocking], []),
        // Each by a connection of its own, as nothing else can be: a bind ends what ran on a connection before.
        Operation.Verify => EachAsync(count, async (_, person) => await (await North.BindAsync(server, person.User.UserPrincipalName, person.Password)).DisposeAsync()),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not measured."),
    };

    /// <summary>The reset as the product sends it: it unlocks, and heeds the password history.</summary>
    public Task<Samples> ResetAsProductAsync(int count) => ModifyAsync(count, person => [LdapModification.Replace("unicodePwd", Quoted(person.TakeNew())), Unlocking], [PolicyHints]);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private Task<Samples> ModifyAsync(int count, Func<Person, LdapModification[]> changes, LdapControl[] controls) => EachAsync(count, async (connection, person) =>
    {
        var result = await connection.ModifyAsync(LdapDn.ForGuid(person.User.SourceAnchor), changes(person), controls);
        if (!result.IsSuccess)
        {
            throw new InvalidOperationException(result.ToString());
        }
    });

    private Task<Samples> EachAsync(int count, Func<LdapConnection, Person, Task> run) =>
        Samples.OfAsync(count, width, (lane, turn) => run(connections[lane % connections.Count], Lanes.Pick(people, lane, turn, width)));

    private static byte[] Quoted(string password) => Encoding.Unicode.GetBytes($"\"{password}\"");
}

/// <summary>Deals accounts out so that no two lanes ever have the same.</summary>
internal static class Lanes
{
    public static T Pick<T>(IReadOnlyList<T> items, int lane, int turn, int width) => items[lane + (turn % (items.Count / width) * width)];
}
