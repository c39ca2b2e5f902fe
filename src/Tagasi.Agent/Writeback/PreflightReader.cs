using Tagasi.ActiveDirectory;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>Tells the page, before the person types, whether a reset would be refused now and which rules the password must follow.</summary>
internal sealed class PreflightReader(WritebackContext context)
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
            return Refuse(Problems.AccountOutOfScope);
        }

        try
        {
            return await directory.ReadAccountAsync(request.ObjectGuid, Deadline - TimeSpan.FromSeconds(1), CancellationToken.None).WaitAsync(Deadline, context.Time) switch
            {
                AccountReading.Found(var account) => Describe(account, request.WithState is true),
                AccountReading.Unavailable(var failure) => Refuse(DirectoryProblems.Of(failure.Cause)),
                _ => Refuse(Problems.AccountNotFound),
            };
        }
        catch (TimeoutException)
        {
            return Refuse(Problems.DirectoryUnavailable);
        }
    }

    private PreflightReply Refuse(Problem problem) => new(problem.Code, null, null, [], context.Keys.PublicKey);

    // Of an account that is not managed here the service learns nothing but that.
    private PreflightReply Describe(Account account, bool withState)
    {
        // Whoever may not even be unlocked is not managed here.
        if (context.Policy.Judge(account, Operation.Unlock) is { } refusal)
        {
            return Refuse(refusal.Problem);
        }

        var earliest = account.EarliestNextChange > context.Time.GetUtcNow() ? account.EarliestNextChange : null;
        var problem = context.Policy.Judge(account, Operation.Reset)?.Problem
            ?? (earliest is not null ? Problems.PasswordTooRecent : context.Breaker.HasRoom ? null : Problems.RateLimited);
        var rules = account.Policy is EffectivePolicy.Known(var policy)
            ? new PolicyRules(policy.MinimumLength, policy.RequiresComplexity, policy.HistoryLength, policy.MinimumAge)
            : null;
        return new PreflightReply(problem?.Code, rules, earliest, rules is { RequiresComplexity: true } ? NameParts(account) : [], context.Keys.PublicKey,
            withState ? new AccountState(account.IsLockedOut, account.MustChangePassword || account.IsPasswordExpired) : null);
    }

    private static IReadOnlyList<string> NameParts(Account account) =>
        [.. (account.DisplayName ?? "").Split(NameDelimiters).Append(account.SamAccountName).Where(part => part.Length >= ShortestNamePart).Distinct(StringComparer.OrdinalIgnoreCase)];
}
