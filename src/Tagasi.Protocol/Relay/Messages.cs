using System.Text.Json.Serialization;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Protocol.Relay;

/// <summary>Names on the relay's wire. The agent connects to <see cref="Path"/>; the service calls the agent's methods and waits for their results.</summary>
public static class RelayWire
{
    /// <summary>Where the relay listens, below the service's address.</summary>
    public const string Path = "/relay";

    /// <summary>Where a challenge is to be had.</summary>
    public const string ChallengePath = "/api/agents/challenge";

    /// <summary>The service's public key.</summary>
    public const string ServiceKeyPath = "/api/enrolment/key";

    /// <summary>Where an agent enrols.</summary>
    public const string EnrolmentPath = "/api/enrolment";

    /// <summary>Where writeback is enabled and disabled for the agent's tenant, from protocol version 2 on.</summary>
    public const string OnboardingPath = "/api/agents/onboarding";

    /// <summary>A ping goes out this often on an idle link, from both sides: well under the 30 s at which the first middleboxes drop it.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(8);

    /// <summary>A peer that was silent for so long is taken for dead: two pings missed.</summary>
    public static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(17);

    /// <summary>Larger messages are refused by both sides.</summary>
    public const int MaxMessageBytes = 256 * 1024;
}

/// <summary>What the service may ask of an agent (SignalR client methods, each with a result).</summary>
public interface IAgentMethods
{
    /// <summary>The account's state, the password policy that applies to it, and the key to seal to.</summary>
    Task<PreflightReply> Preflight(PreflightRequest request);

    /// <summary>Carry out one ticket.</summary>
    /// <returns>A <see cref="WritebackResult"/> signed by the agent (<see cref="SignedResult"/>).</returns>
    Task<string> CarryOut(WritebackOrder order);

    /// <summary>What became of a request whose answer never came. Never writes.</summary>
    /// <returns>A <see cref="WritebackResult"/> signed by the agent (<see cref="SignedResult"/>).</returns>
    Task<string> Resolve(ResolveRequest request);

    /// <summary>The lease is over: what has not begun never will. Gives the answer of what has. From protocol version 2 on.</summary>
    /// <returns>A <see cref="WritebackResult"/> signed by the agent (<see cref="SignedResult"/>).</returns>
    Task<string> EndLease(ResolveRequest request);

    /// <summary>The tenant's writeback was enabled or disabled: the agent says hello again. From protocol version 2 on; without a result.</summary>
    Task Onboarded(OnboardingState state);
}

/// <summary>What an agent may ask of the service (SignalR hub methods).</summary>
public interface IRelayMethods
{
    /// <summary>
    /// The first call on every connection. Until it is answered with acceptance the agent gets no requests. From protocol version 2 on it is
    /// called again, with a sealing key of the tenant's epoch, whenever that is another than the agent last said.
    /// </summary>
    Task<HelloReply> Hello(AgentHello hello);

    /// <summary>Version 2: before each import, something fresh that its parts are signed over (<see cref="ImportPart"/>).</summary>
    Task<string> BeginImport();

    /// <summary>A full import: pages of users, then the end of the stream. Returns how many users the service holds for the domain afterwards.</summary>
    Task<int> ImportUsers(string domain, IAsyncEnumerable<ImportPage> pages);
}

/// <summary>An agent introduces itself.</summary>
/// <remarks>Without an epoch its form is that of version 1 for good: a service of any age must be able to read it, if only to say that it does not speak the version.</remarks>
/// <param name="ProtocolVersion">What it speaks.</param>
/// <param name="AgentVersion">Its own version.</param>
/// <param name="HostName">Where it runs.</param>
/// <param name="Domains">DNS names of the AD domains it serves, in lower case.</param>
/// <param name="SealingKey">What to seal to.</param>
/// <param name="Time">Its clock, so that a skew is found before it refuses tickets.</param>
/// <param name="Epoch">The epoch that the sealing key was made for; null in the first hello of a connection.</param>
/// <param name="Statement">An <see cref="AgentStatement"/> of the same key and epoch, signed by the identity key (<see cref="AgentIdentity.Sign(AgentStatement, System.Security.Cryptography.ECDsa)"/>); with an epoch.</param>
public sealed record AgentHello(
    int ProtocolVersion,
    string AgentVersion,
    string HostName,
    IReadOnlyList<string> Domains,
    SealingKey SealingKey,
    DateTimeOffset Time,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Epoch = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Statement = null);

/// <summary>What an agent says of itself, whatever its connection passes through.</summary>
/// <param name="SealingKey">What to seal to.</param>
/// <param name="Epoch">The tenant's epoch that the key was made for.</param>
/// <param name="KnownAgents">Ids of the identity keys of the tenant's other agents that this host's settings name; 100 at most.</param>
public sealed record AgentStatement(SealingKey SealingKey, long Epoch, IReadOnlyList<string> KnownAgents);

/// <summary>Whether the service works with the agent.</summary>
/// <param name="Accepted">If not, <paramref name="Problem"/> says why and the agent tries again later.</param>
/// <param name="Problem">A code of the problem catalogue, or null.</param>
/// <param name="Time">The service's clock.</param>
/// <param name="State">The tenant's onboarding; null for agents of version 1.</param>
/// <param name="Detail">What the administrator should know of the problem; null for agents of version 1.</param>
/// <param name="IsWaiting">No requests come until the agents that were there before know this one, and it them; null for agents of version 1.</param>
/// <param name="Strangers">The tenant's other agents that do not know this one, or that it does not know: those that it waits for, or else those that wait for it. Null where there are none.</param>
public sealed record HelloReply(
    bool Accepted,
    string? Problem,
    DateTimeOffset Time,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OnboardingState? State = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IsWaiting = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Stranger>? Strangers = null);

/// <summary>Another agent of the tenant.</summary>
/// <param name="HostName">Where it says that it runs.</param>
/// <param name="KeyId">Of its identity key (<see cref="KeyId"/>).</param>
/// <param name="IsKnown">The settings of the host that is told name it.</param>
/// <param name="KnowsYou">Its own settings name the host that is told.</param>
public sealed record Stranger(string HostName, string KeyId, bool IsKnown, bool KnowsYou);

/// <summary>Whether writeback is enabled for a tenant.</summary>
/// <param name="IsEnabled">If not, no requests come.</param>
/// <param name="Epoch">Grows with each enabling. The service takes only sealing keys that were made for the current one.</param>
public sealed record OnboardingState(bool IsEnabled, long Epoch);

/// <summary>Asks for an account before the person types.</summary>
/// <param name="Domain">DNS name of the AD domain.</param>
/// <param name="ObjectGuid">The account.</param>
/// <param name="WithState">Whether the account's state is wanted; null to agents of version 1.</param>
public sealed record PreflightRequest(string Domain, Guid ObjectGuid, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? WithState = null);

/// <summary>What the page must know before the person types.</summary>
/// <param name="Problem">A code of the problem catalogue when a reset would be refused now; else null.</param>
/// <param name="Policy">The effective password policy; null when the account could not be read.</param>
/// <param name="EarliestChange">When minimum age allows the next change, if that lies ahead.</param>
/// <param name="NameParts">What complexity forbids in the password: the account name and the display name's parts.</param>
/// <param name="SealingKey">The agent's current key.</param>
/// <param name="State">Of the account, where it is managed here and was asked for.</param>
public sealed record PreflightReply(
    string? Problem, PolicyRules? Policy, DateTimeOffset? EarliestChange, IReadOnlyList<string> NameParts, SealingKey SealingKey,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AccountState? State = null);

/// <summary>What decides which operations a person needs.</summary>
/// <param name="IsLockedOut">Locked out at the PDC emulator now.</param>
/// <param name="MustChange">The password must be changed before the next logon, or has expired.</param>
public sealed record AccountState(bool IsLockedOut, bool MustChange);

/// <summary>The password policy that applies to one account: of its PSO, else of its domain.</summary>
/// <param name="MinimumLength">Characters.</param>
/// <param name="RequiresComplexity">Three of five character classes, and no name parts.</param>
/// <param name="HistoryLength">How many earlier passwords are refused.</param>
/// <param name="MinimumAge">How long a password must stand before the next change.</param>
public sealed record PolicyRules(int MinimumLength, bool RequiresComplexity, int HistoryLength, TimeSpan MinimumAge);

/// <summary>One ticket with its envelope, leased to this agent.</summary>
/// <param name="Ticket">JWS compact serialization (<see cref="SignedTicket"/>).</param>
/// <param name="Envelope">The sealed passwords; null for an operation that takes none.</param>
/// <param name="Recipients">The other agents that the envelope was sealed to; null where there are none, and to agents of version 1.</param>
public sealed record WritebackOrder(
    string Ticket, Envelope? Envelope, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Recipient>? Recipients = null);

/// <summary>Another agent that could open the envelope, with its own word for it.</summary>
/// <param name="IdentityKey">P-256, SubjectPublicKeyInfo (DER).</param>
/// <param name="Statement">Signed by it, with the key that was sealed to (<see cref="AgentIdentity.ReadStatement"/>).</param>
public sealed record Recipient(byte[] IdentityKey, string Statement);

/// <summary>Asks what became of a request.</summary>
/// <param name="Ticket">The ticket that was sent.</param>
public sealed record ResolveRequest(string Ticket);

/// <summary>One page of a full import.</summary>
/// <param name="Users">At most 500. Empty from version 2 on.</param>
/// <param name="Part">From version 2 on: an <see cref="ImportPart"/>, signed by the agent (<see cref="AgentIdentity.Sign(ImportPart, System.Security.Cryptography.ECDsa)"/>).</param>
public sealed record ImportPage(IReadOnlyList<ImportedUser> Users, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Part = null);

/// <summary>One part of a full import, as the agent signs it: a proxy on the way that could put in another would decide where people's codes go.</summary>
/// <param name="Import">What <see cref="IRelayMethods.BeginImport"/> gave for this import.</param>
/// <param name="Domain">DNS name.</param>
/// <param name="Number">From 0 on.</param>
/// <param name="IsLast">Nothing follows, and who was in no part is gone.</param>
/// <param name="Users">At most 500.</param>
public sealed record ImportPart(string Import, string Domain, int Number, bool IsLast, IReadOnlyList<ImportedUser> Users);

/// <summary>A user as the agent reads it from AD.</summary>
/// <param name="ObjectGuid">objectGUID; also the source anchor.</param>
/// <param name="UserPrincipalName">userPrincipalName.</param>
/// <param name="SamAccountName">sAMAccountName.</param>
/// <param name="DisplayName">displayName, else cn.</param>
/// <param name="Mail">mail.</param>
/// <param name="RecoveryMail">The address that codes go to, from the attribute that the agent's settings name.</param>
/// <param name="IsEnabled">Not disabled in AD.</param>
public sealed record ImportedUser(
    Guid ObjectGuid, string UserPrincipalName, string SamAccountName, string DisplayName, string? Mail, string? RecoveryMail, bool IsEnabled);
