using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Ldap;

namespace Tagasi.Bench;

/// <summary>What resets are held against: nothing but modifies of unicodePwd, on connections that stand already.</summary>
internal sealed class BareResets(IReadOnlyList<LdapConnection> connections, IReadOnlyList<Guid> accounts) : IAsyncDisposable
{
    public static async Task<BareResets> ConnectAsync(int width, IReadOnlyList<Guid> accounts)
    {
        await using var domain = North.Domain();
        // At the very domain controller that the agent writes to, whichever holds the role now.
        var reading = await domain.ReadAccountAsync(accounts[0], TimeSpan.FromSeconds(10), CancellationToken.None);
        var server = reading is AccountReading.Found(var account) ? account.Server : throw new InvalidOperationException($"{reading}");
        return new BareResets(await Task.WhenAll(Enumerable.Range(0, width).Select(_ => North.BindAsync(server))), accounts);
    }

    // SEQUENCE { INTEGER 1 }: under the password history, as the product resets ([MS-ADTS] 3.1.1.3.4.1.27).
    private static readonly LdapControl PolicyHints = new("1.2.840.113556.1.4.2239", IsCritical: true, new byte[] { 0x30, 3, 2, 1, 1 });

    public Task<Samples> RunAsync(int count) => RunAsync(count, [], []);

    /// <summary>The modify as the product sends it: it unlocks, and heeds the password history.</summary>
    public Task<Samples> RunAsProductAsync(int count) => RunAsync(count, [LdapModification.Replace("lockoutTime", "0"u8.ToArray())], [PolicyHints]);

    private Task<Samples> RunAsync(int count, LdapModification[] more, LdapControl[] controls) => Samples.OfAsync(count, connections.Count, async (lane, turn) =>
    {
        var account = Lanes.Pick(accounts, lane, turn, connections.Count);
        var value = Encoding.Unicode.GetBytes($"\"{North.FreshPassword()}\"");
        var result = await connections[lane].ModifyAsync(LdapDn.ForGuid(account), [LdapModification.Replace("unicodePwd", value), .. more], controls);
        if (!result.IsSuccess)
        {
            throw new InvalidOperationException(result.ToString());
        }
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}

/// <summary>Deals accounts out so that no two lanes ever have the same.</summary>
internal static class Lanes
{
    public static T Pick<T>(IReadOnlyList<T> items, int lane, int turn, int width) => items[lane + (turn % (items.Count / width) * width)];
}
