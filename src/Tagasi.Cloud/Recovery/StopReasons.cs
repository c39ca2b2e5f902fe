using Tagasi.Protocol;

namespace Tagasi.Cloud.Recovery;

/// <summary>What a person whose recovery ended may be told beyond the problem itself.</summary>
internal static class StopReasons
{
    // The directory's five are mended at the domain controller or in the agent's settings, by somebody else than the person.
    private static readonly HashSet<string> Permanent =
    [
        Problems.AccountDisabled.Code, Problems.AccountExpired.Code, Problems.AccountProtected.Code, Problems.AccountOutOfScope.Code, Problems.DomainNotServed.Code,
        Problems.AccountCannotChange.Code, Problems.AccountNotFound.Code, Problems.WritebackDisabled.Code,
        Problems.DirectoryNotWritable.Code, Problems.DirectoryUntrusted.Code, Problems.DirectorySignInFailed.Code, Problems.DirectoryRights.Code, Problems.DirectoryPolicyHints.Code,
        Problems.RecipientUnknown.Code,
    ];

    // Not: an expired session, whose last step nobody here knows; a replayed ticket, which the first time may have been carried out;
    // what came from a newer agent.
    private static readonly HashSet<string> Unchanged =
    [
        .. Permanent, Problems.PasswordTooRecent.Code, Problems.TooManyTries.Code, Problems.TicketInvalid.Code, Problems.DirectoryRefused.Code,
    ];

    /// <summary>Whether another try meets the same, until somebody changes something in the directory, in an agent's settings or at the service.</summary>
    public static bool IsPermanent(Problem problem) => Permanent.Contains(problem.Code);

    /// <summary>Whether it is certain that password and lockout are what they were.</summary>
    public static bool IsUnchanged(Problem problem) => Unchanged.Contains(problem.Code);
}
