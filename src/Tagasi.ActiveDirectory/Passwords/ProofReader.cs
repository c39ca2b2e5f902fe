using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Reads what a domain controller shows of a password write.</summary>
internal static class ProofReader
{
    // Stored attributes only: the computed flags take the domain controller three times as long.
    private static readonly string[] Attributes = ["pwdLastSet", "lockoutTime", "uSNChanged", ReplicationMetadata.Attribute];

    /// <summary>As this domain controller shows it; null: no such object there.</summary>
    public static async Task<WriteProof?> ReadAsync(DirectoryConnection connection, Guid objectGuid, Deadline deadline)
    {
        var idRead = connection.ReadInvocationIdAsync(deadline);
        var entryRead = connection.ReadAsync(LdapDn.ForGuid(objectGuid), Attributes, deadline);
        await Task.WhenAll(idRead, entryRead);
        var (entry, invocationId) = (await entryRead, await idRead);
        return entry is null ? null : From(entry, connection.Server) with { ServerInvocationId = invocationId };
    }

    /// <summary>The same, with the server's clock.</summary>
    public static async Task<WriteProof?> ReadWithTimeAsync(DirectoryConnection connection, Guid objectGuid, Deadline deadline)
    {
        var timeRead = connection.ReadTimeAsync(deadline);
        var proofRead = ReadAsync(connection, objectGuid, deadline);
        await Task.WhenAll(timeRead, proofRead);
        var serverTime = await timeRead;
        return await proofRead is { } proof ? proof with { ServerTime = serverTime } : null;
    }

    public static WriteProof Of(Account account) => new()
    {
        Server = account.Server,
        ServerTime = account.ServerTime,
        RawPasswordLastSet = account.RawPasswordLastSet,
        PasswordLastSet = account.PasswordLastSet,
        IsLockedOut = account.IsLockedOut,
        UpdateSequenceNumber = account.UpdateSequenceNumber,
        RawLockoutTime = account.RawLockoutTime,
        PasswordStamp = account.PasswordStamp,
        ServerInvocationId = account.ServerInvocationId,
    };

    private static WriteProof From(LdapEntry entry, string server)
    {
        var lastSet = entry.Int64("pwdLastSet") ?? 0;
        var lockoutTime = entry.Int64("lockoutTime");
        return new WriteProof
        {
            Server = server,
            RawPasswordLastSet = lastSet,
            PasswordLastSet = AdTime.FromTicks(lastSet),
            IsLockedOut = lockoutTime is not (null or 0),
            UpdateSequenceNumber = entry.Int64("uSNChanged") ?? 0,
            RawLockoutTime = lockoutTime,
            PasswordStamp = entry.PasswordStamp(),
        };
    }
}
