namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Which rule a password broke that the directory refused with 0000052D, "some password restriction".</summary>
internal static class PolicyVerdict
{
    /// <summary>The first rule that explains the refusal: what can be seen first, what can only be inferred last.</summary>
    /// <param name="isCurrent">It is the account's password now: refused as one of history, whatever that remembers.</param>
    public static RefusalCause Explain(ReadOnlySpan<char> password, Account account, bool isCurrent = false) => account.Policy switch
    {
        EffectivePolicy.Known known => ExplainBy(known.Policy, password, account) is var cause && cause == RefusalCause.RefusedByFilterOrUnspecified && isCurrent
            ? RefusalCause.InHistory
            : cause,
        EffectivePolicy.Unreadable => isCurrent ? RefusalCause.InHistory : RefusalCause.RefusedByFilterOrUnspecified,
        _ => throw new InvalidOperationException("A closed record has grown."),
    };

    private static RefusalCause ExplainBy(PasswordPolicy policy, ReadOnlySpan<char> password, Account account)
    {
        // Policy hints subject a reset to the minimum age, and Samba looks at it before all else. It goes first because no other
        // password would have fared better; products that name a flaw of the password here send people round in circles.
        if (account.EarliestNextChange is not null)
        {
            return RefusalCause.TooRecent;
        }

        if (password.Length < policy.MinimumLength)
        {
            return RefusalCause.TooShort;
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
