namespace Tagasi.Cloud.Recovery;

/// <summary>Where a recovery stands. Held by the service alone; the browser holds nothing but the session's cookie.</summary>
internal enum RecoveryStep
{
    /// <summary>A code was sent, or would have been, had the account existed.</summary>
    CodeSent = 1,

    /// <summary>The gates are passed: the person may choose a password.</summary>
    Proven = 2,

    /// <summary>A request is with an agent.</summary>
    Running = 3,

    /// <summary>The answer never came; it is resolved by looking.</summary>
    Unknown = 4,

    /// <summary>The new password is set. The end.</summary>
    Applied = 5,

    /// <summary>Over without a new password: too many tries, or refused for a reason that another password does not mend. The end.</summary>
    Ended = 6,
}
