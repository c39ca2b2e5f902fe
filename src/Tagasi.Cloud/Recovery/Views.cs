using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Cloud.Recovery;

/// <summary>What a page may know of a session.</summary>
/// <param name="Step">Where it stands.</param>
/// <param name="UserPrincipalName">As the person typed it.</param>
/// <param name="Problem">Why it ended, or why the latest try was refused.</param>
/// <param name="EarliestChange">With password-too-recent.</param>
/// <param name="TenantName">Name of the organisation, once proven; else null.</param>
/// <param name="Applied">What was done, once something was.</param>
/// <param name="IsOver">Nothing more can be begun with it.</param>
internal sealed record RecoveryView(RecoveryStep Step, string UserPrincipalName, Problem? Problem, DateTimeOffset? EarliestChange, string? TenantName, Operation? Applied, bool IsOver);

/// <summary>The rules, or the problem that stands in the way of a new password.</summary>
/// <param name="CanUnlock">Locked out, and unlocking alone is allowed and possible.</param>
/// <param name="CanChange">A password can be changed by who knows the current one.</param>
/// <param name="MustChange">The current password has expired or must be changed.</param>
internal sealed record PreflightView(
    Problem? Problem, PolicyRules? Policy, DateTimeOffset? EarliestChange, IReadOnlyList<string> NameParts,
    bool IsLockedOut = false, bool CanUnlock = false, bool CanChange = false, bool MustChange = false);

/// <summary>A ticket and the keys to seal to, or the problem.</summary>
internal sealed record TicketView(Problem? Problem, string? Ticket, IReadOnlyList<SealingKey> Recipients);

/// <summary>What became of a try.</summary>
/// <param name="Step">Proven: refused, and another password may mend it. Running, Unknown, Applied, Ended as named.</param>
internal sealed record OutcomeView(RecoveryStep Step, Problem? Problem, DateTimeOffset? EarliestChange);
