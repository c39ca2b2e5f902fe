namespace Tagasi.Cloud.Recovery;

/// <summary>Names of the portal's rate limits.</summary>
internal static class RecoveryLimits
{
    /// <summary>Beginning a recovery: each may send a mail.</summary>
    public const string Start = "recovery-start";

    /// <summary>What asks agents and directory, or makes tickets, in one recovery.</summary>
    public const string Session = "recovery-session";
}
