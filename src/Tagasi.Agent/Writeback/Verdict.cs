using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>What became of one request. Closed: switch over the nested kinds.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The directory shows the new password.</summary>
    /// <param name="Problem">What the administrator has to mend although the password is set.</param>
    public sealed record Applied(string Server, Problem? Problem = null, string? Detail = null) : Verdict
    {
        /// <summary>Of a write at another domain controller than the PDC emulator: whatever else is to be mended, that is told too.</summary>
        public Applied Elsewhere() => Problem == Problems.NotYetEverywhere ? this
            : this with { Problem = Problem ?? Problems.NotYetEverywhere, Detail = $"{Detail}; written at the stand-in for the PDC emulator, and not yet everywhere".TrimStart(';', ' ') };
    }

    /// <summary>
    /// Nothing was changed, and nothing will be for this request. With one exception, in words of its own: of several writes of which the last
    /// was somebody else's nobody can tell whether ours was among them (<see cref="Problems.Superseded"/>).
    /// </summary>
    public sealed record Refused(Problem Problem, string? Detail = null, DateTimeOffset? EarliestChange = null, string? Server = null) : Verdict;

    /// <summary>A write may have happened. Only looking resolves it.</summary>
    public sealed record Unknown(string Detail, string? Server = null) : Verdict;
}
