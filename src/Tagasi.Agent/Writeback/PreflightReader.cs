using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>Tells the page, before the person types, whether a reset would be refused now and which rules the password must follow.</summary>
/// <remarks>Who is refused here never comes to a request, so the reason is logged here: the service learns the problem alone.</remarks>
internal sealed class PreflightReader(WritebackContext context, ILogger<PreflightReader> logger)
{
    /// <summary>A page waits for this.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);

    // "commas, periods, dashes or hyphens, underscores, spaces, pound signs, and tabs": the policy setting's own description.
    private static readonly char[] NameDelimiters = [',', '.', '-', '_', ' ', '#', '£', '\t'];
    private const int ShortestNamePart = 3;

    public async Task<PreflightReply> ReadAsync(PreflightRequest request)
    {
        if (!context.Directories.TryGetValue(request.Domain.ToLowerInvariant(), out var directory))
        {
            return Refuse(request, new(Problems.DomainNotServed, $"this agent does not serve the domain {request.Domain}"));
        }

        try
        {
            return await directory.ReadAccountAsync(request.ObjectGuid, Deadline - TimeSpan.FromSeconds(1), CancellationToken.None).WaitAsync(Deadline, context.Time) switch
            {
                AccountReading.Found(var account) => Describe(account, request),
                AccountReading.Unavailable(var failure) => Refuse(request, DirectoryProblems.Of(failure)),
                _ => Refuse(request, new(Problems.AccountNotFound)),
            };
        }
        catch (TimeoutException)
        {
            return Refuse(request, new(Problems.DirectoryUnavailable, "reading the account did not end"));
        }
    }

    private PreflightReply Refuse(PreflightRequest request, Verdict.Refused refusal)
    {
        WritebackLog.RefusedBeforehand(logger, request.ObjectGuid, refusal);
        return new(refusal.Problem.Code, null, null, [], context.Keys.PublicKey);
    }

    // Of an account that is not managed here the service learns nothing but that.
    private PreflightReply Describe(Account account, PreflightRequest request)
    {
        // Whoever may not even be unlocked is not managed here.
        if (context.Policy.Judge(account, Operation.Unlock) is { } refusal)
        {
            return Refuse(request, refusal);
        }

        var earliest = account.EarliestNextChange > context.Time.GetUtcNow() ? account.EarliestNextChange : null;
        var obstacle = context.Policy.Judge(account, Operation.Reset)
            ?? (earliest is not null ? new(Problems.PasswordTooRecent, $"not before {earliest:O}", earliest, account.Server)
            : context.Breaker.HasRoom ? null : new Verdict.Refused(Problems.RateLimited));
        if (obstacle is not null)
        {
            WritebackLog.RefusedBeforehand(logger, request.ObjectGuid, obstacle);
        }

        var rules = account.Policy is EffectivePolicy.Known(var policy)
            ? new PolicyRules(policy.MinimumLength, policy.RequiresComplexity, policy.HistoryLength, policy.MinimumAge)
            : null;
        return new PreflightReply(obstacle?.Problem.Code, rules, earliest, rules is { RequiresComplexity: true } ? NameParts(account) : [], context.Keys.PublicKey,
            request.WithState is true ? new AccountState(account.IsLockedOut, account.MustChangePassword || account.IsPasswordExpired) : null);
    }

    private static IReadOnlyList<string> NameParts(Account account) =>
        [.. (account.DisplayName ?? "").Split(NameDelimiters).Append(account.SamAccountName).Where(part => part.Length >= ShortestNamePart).Distinct(StringComparer.OrdinalIgnoreCase)];
}
