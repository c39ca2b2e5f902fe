using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tagasi.Ldap;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>What the directory says of an account after a try.</summary>
/// <param name="Writes">How often the password was written since the try began.</param>
internal sealed record Truth(bool IsOldGood, bool IsNewGood, int Writes)
{
    /// <summary>What is wrong with what the person was told; null: nothing.</summary>
    public string? Contradicts(Told told) =>
        this == (told.IsApplied ? new Truth(false, true, 1) : new Truth(true, false, 0)) ? null : $"told {told}, and the directory: {this}";
}

/// <summary>Ordinary people of the lab, the passwords they have, and how often each was written.</summary>
internal sealed class Accounts
{
    // unicodePwd, 1.2.840.113556.1.4.90, as replication numbers it ([MS-DRSR] 5.16.4).
    private const uint UnicodePwd = 0x0009005A;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (string Password, int Writes)> known = new(StringComparer.Ordinal);
    private int next;

    /// <summary>The next of stud01 to stud20, in a ring.</summary>
    public string Next() => $"stud{(next++ % 20) + 1:00}";

    /// <summary>A password that no history holds and that keeps the domain's rules.</summary>
    public static string FreshPassword() => "aZ9-" + RandomNumberGenerator.GetHexString(20);

    /// <summary>Before a try: what the account is held against afterwards. What was true after its last try must be true still.</summary>
    public async Task BeginAsync(string account)
    {
        var writes = await CountWritesAsync(account);
        if (known.TryGetValue(account, out var before))
        {
            Assert.True(before.Writes == writes, $"{account} was written {writes - before.Writes} times after its person had the final answer");
        }
        else
        {
            known[account] = (Lab.UserPassword, writes);
        }
    }

    /// <summary>After a try: what the directory says.</summary>
    public async Task<Truth> LookAsync(string account, string newPassword)
    {
        var (oldPassword, before) = known[account];
        var writes = await CountWritesAsync(account);
        // The wrong one first: the right one then wipes out that a wrong one was tried.
        var isOldGood = await Lab.CanLogOnAsync(account, oldPassword);
        var isNewGood = await Lab.CanLogOnAsync(account, newPassword);
        known[account] = (isNewGood ? newPassword : oldPassword, writes);
        return new Truth(isOldGood, isNewGood, writes - before);
    }

    // kinit asks the first domain controller: what was written at the second has to have come there.
    private static async Task<int> CountWritesAsync(string account)
    {
        using var patience = new CancellationTokenSource(Patience);
        var second = await CountWritesAsync(Lab.NorthDc2, account);
        int first;
        while ((first = await CountWritesAsync(Lab.NorthDc1, account)) < second)
        {
            await Task.Delay(100, patience.Token);
        }

        return first;
    }

    // The version of the password attribute at one domain controller: each write adds one.
    private static async Task<int> CountWritesAsync(IPAddress controller, string account)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Lab.Value("TAGASI_LAB_CA"));
        await using var connection = await LdapConnection.ConnectAsync(new() { Host = "north.example", Address = controller, TrustedAuthorities = roots });
        var bound = await connection.BindAsync(LdapCredential.Simple("Administrator@north.example", Encoding.UTF8.GetBytes(Lab.AdministratorPassword)));
        Assert.True(bound.IsSuccess, bound.ToString());
        var entry = await connection.ReadAsync($"CN={account},OU=Students,OU=People,DC=north,DC=example", ["replPropertyMetaData"]);
        return VersionOf(entry!.Bytes("replPropertyMetaData")!.Value.Span, UnicodePwd);
    }

    // PROPERTY_META_DATA_VECTOR_V1: version, reserved, count, reserved (4 octets each), then entries of 48 octets that begin with attribute
    // and version. [MS-DRSR] 5.170 (PROPERTY_META_DATA), as Samba stores it.
    private static int VersionOf(ReadOnlySpan<byte> vector, uint attribute)
    {
        for (var rest = vector[16..]; rest.Length >= 48; rest = rest[48..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == attribute)
            {
                return BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            }
        }

        throw new InvalidOperationException("The account never had a password.");
    }
}
