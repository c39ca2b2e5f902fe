namespace Tagasi.Protocol.Tickets;

/// <summary>The signed, expiring permission for one operation on one object, issued by the service after the gates.</summary>
/// <param name="Version">The protocol version that the ticket is written in.</param>
/// <param name="Service">The id of the service key that signs; an agent takes tickets only from the service it is enrolled with.</param>
/// <param name="TenantId">The tenant that the user belongs to.</param>
/// <param name="Domain">DNS name of the Active Directory domain that holds the object: the audience.</param>
/// <param name="ObjectGuid">objectGUID of the account.</param>
/// <param name="Operation">What may be done.</param>
/// <param name="RequestId">128 random bits; at most one write is made for it.</param>
/// <param name="Sequence">Grows with each ticket for the same account, so that an older one cannot follow a newer one.</param>
/// <param name="NotBefore">Not to be carried out before this time.</param>
/// <param name="NotAfter">Not to be carried out after this time, on the agent's own clock.</param>
/// <param name="ProofsHash">SHA-256, in base64url, over the proofs that the gates accepted; ties the ticket to its audit.</param>
public sealed record Ticket(
    int Version,
    string Service,
    Guid TenantId,
    string Domain,
    Guid ObjectGuid,
    Operation Operation,
    Guid RequestId,
    long Sequence,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string ProofsHash)
{
    /// <summary>How long a ticket lives. Sealing takes milliseconds and a write well under a second; the rest is for a slow phone.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>No agent takes a ticket that claims a longer life than this, whatever the service signs.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromSeconds(120);
}

/// <summary>What a ticket can permit.</summary>
public enum Operation
{
    /// <summary>A new password without the current one; also unlocks.</summary>
    Reset = 1,

    /// <summary>A new password by a person who knows the current one; the directory itself checks that.</summary>
    Change = 2,

    /// <summary>The same where the password must be changed or has expired, so that the person can sign in nowhere with it.</summary>
    ForcedChange = 3,

    /// <summary>An end of the lockout; the password stays.</summary>
    Unlock = 4,

    /// <summary>A new password that an administrator gives; it must be changed at the next logon. Also unlocks.</summary>
    AdministratorReset = 5,

    /// <summary>Whether a password is the account's; nothing is written.</summary>
    Verify = 6,
}

/// <summary>What follows from an operation.</summary>
public static class Operations
{
    /// <summary>The oldest protocol version that knows the operation: a ticket is written in it, so that older agents take what they know.</summary>
    public static int OldestVersion(this Operation operation) => operation is Operation.Reset ? 1 : 2;

    /// <summary>Whether the person has to give a new password.</summary>
    public static bool NeedsNewPassword(this Operation operation) =>
        operation is Operation.Reset or Operation.Change or Operation.ForcedChange or Operation.AdministratorReset;

    /// <summary>Whether the person has to give the current password.</summary>
    public static bool NeedsCurrentPassword(this Operation operation) => operation is Operation.Change or Operation.ForcedChange or Operation.Verify;
}
