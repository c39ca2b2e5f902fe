namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Which rule a password broke that the directory refused with 0000052D, "some password restriction".</summary>
internal static class PolicyVerdict
{
    /// <summary>The first rule that explains the refusal: what can be seen first, what can only be inferred last.</summary>
    public static RefusalCause Explain(ReadOnlySpan<char> password, Account account) => account.Policy switch
    {
        EffectivePolicy.Known known => ExplainBy(known.Policy, password, account),
        EffectivePolicy.Unreadable => RefusalCause.RefusedByFilterOrUnspecified,
        _ => throw new InvalidOperationException("A closed record has grown."),
    };

    private static RefusalCause ExplainBy(PasswordPolicy policy, ReadOnlySpan<char> password, Account account)
    {
        if (password.Length < policy.MinimumLength)
        {
            return RefusalCause.TooShort;
        }

        // Policy hints subject a reset to the minimum age too. No other password would have fared better, so it goes before
        // whatever is wrong with this one, except the length, which the person can see at once.
        if (account.EarliestNextChange is not null)
        {
            return RefusalCause.TooRecent;
        }

        if (policy.RequiresComplexity && !ComplexityRule.HasEnoughCategories(password))
        {
            return RefusalCause.NotComplex;
        }

        if (policy.RequiresComplexity && ComplexityRule.ContainsName(password, account.SamAccountName, account.DisplayName))
        {
            return RefusalCause.ContainsName;
        }

        // What is left that the policy knows of. A password filter on the domain controller gives the same code, and cannot
        // be told from it: history is by far the commoner, and the advice, another password, fits both.
        return policy.HistoryLength > 0 ? RefusalCause.InHistory : RefusalCause.RefusedByFilterOrUnspecified;
    }
}
