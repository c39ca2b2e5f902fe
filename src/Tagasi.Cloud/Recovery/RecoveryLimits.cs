namespace Tagasi.Cloud.Recovery;

/// <summary>Names of the portal's rate limits.</summary>
internal static class RecoveryLimits
{
    /// <summary>Beginning a recovery: each may send a mail.</summary>
    public const string Start = "recovery-start";

    /// <summary>What asks agents and directory, or makes tickets, in one recovery.</summary>
    public const string Session = "recovery-session";

    /// <summary>Handing over what was sealed: the page does it again every two seconds until it knows that it has come.</summary>
    public const string Submission = "recovery-submission";
}
