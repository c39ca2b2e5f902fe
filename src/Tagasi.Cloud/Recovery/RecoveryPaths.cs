namespace Tagasi.Cloud.Recovery;

/// <summary>Where each step of a recovery has its page.</summary>
internal static class RecoveryPaths
{
    public const string Start = "/";
    public const string Again = "/again";
    public const string Code = "/code";
    public const string Password = "/password";
    public const string Done = "/done";
    public const string Stopped = "/stopped";

    /// <summary>The page that a session belongs on; that of a session that is no more says so.</summary>
    public static string Of(RecoveryStep? step) => step switch
    {
        RecoveryStep.CodeSent => Code,
        RecoveryStep.Proven or RecoveryStep.Running or RecoveryStep.Unknown => Password,
        RecoveryStep.Applied => Done,
        RecoveryStep.Ended or null => Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "A step without a page."),
    };
}
