using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Recovery;

/// <summary>A recovery from the user principal name to the outcome; the one way through which its pages and endpoints act.</summary>
internal sealed class RecoveryFlow
{
    /// <summary>Begins a recovery. Does the same work, and takes the same time, whether or not the account exists.</summary>
    /// <returns>The session's secret, for the cookie.</returns>
    public Task<string> StartAsync(string userPrincipalName, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Where the session stands; null when there is none or it has expired.</summary>
    public Task<RecoveryView?> ViewAsync(string? session, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Checks the code that was sent.</summary>
    /// <returns>Null when it is right; else code-wrong, too-many-tries or session-expired.</returns>
    public Task<Problem?> ProveAsync(string? session, string code, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Asks an agent of the user's domain for the rules, after the gates.</summary>
    public Task<PreflightView> PreflightAsync(string? session, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Issues a ticket for one try, with the keys to seal to.</summary>
    public Task<TicketView> IssueTicketAsync(string? session, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Hands the sealed password to the agent and waits for the outcome, within the deadline.</summary>
    public Task<OutcomeView> SubmitAsync(string? session, string ticket, Envelope envelope, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>What became of the latest try.</summary>
    public Task<OutcomeView> OutcomeAsync(string? session, CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>What a page may know of a session.</summary>
/// <param name="Step">Where it stands.</param>
/// <param name="UserPrincipalName">As the person typed it.</param>
/// <param name="Problem">Why it ended, or why the latest try was refused.</param>
/// <param name="EarliestChange">With password-too-recent.</param>
/// <param name="TenantName">Name of the organisation, once proven; else null.</param>
internal sealed record RecoveryView(RecoveryStep Step, string UserPrincipalName, Problem? Problem, DateTimeOffset? EarliestChange, string? TenantName);

/// <summary>The rules, or the problem that stands in the way.</summary>
internal sealed record PreflightView(Problem? Problem, PolicyRules? Policy, DateTimeOffset? EarliestChange, IReadOnlyList<string> NameParts);

/// <summary>A ticket and the keys to seal to, or the problem.</summary>
internal sealed record TicketView(Problem? Problem, string? Ticket, byte[]? TicketHash, IReadOnlyList<SealingKey> Recipients);

/// <summary>What became of a try.</summary>
/// <param name="Step">Proven: refused, and another password may mend it. Running, Unknown, Applied, Ended as named.</param>
internal sealed record OutcomeView(RecoveryStep Step, Problem? Problem, DateTimeOffset? EarliestChange);
