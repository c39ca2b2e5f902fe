using Tagasi.ActiveDirectory;
using Tagasi.Protocol;

namespace Tagasi.Agent.Writeback;

/// <summary>From what the directory did to what became of the request.</summary>
internal static class Verdicts
{
    /// <param name="server">Where it was sent.</param>
    public static Verdict Of(PasswordWrite write, string server) => write switch
    {
        PasswordWrite.Applied applied => new Verdict.Applied(server, DirectoryProblems.Of(applied.Warning), applied.Warning is WriteWarning.None ? null : applied.Warning.ToString()),
        PasswordWrite.Refused refused => new Verdict.Refused(DirectoryProblems.Of(refused.Cause), DirectoryProblems.Plain(refused.Diagnostics), refused.EarliestNextChange, server),
        PasswordWrite.Unknown unknown => new Verdict.Unknown(DirectoryProblems.Plain(unknown.Why), server),
        _ => throw new InvalidOperationException(write.GetType().Name),
    };

    /// <inheritdoc cref="Of(PasswordWrite, string)"/>
    public static Verdict Of(PasswordVerification verification, string server) => verification switch
    {
        PasswordVerification.Right { MustChange: false, IsExpired: false } => new Verdict.Applied(server),
        PasswordVerification.Right => new Verdict.Applied(server, Problems.PasswordMustChange),
        PasswordVerification.Wrong => new Verdict.Refused(Problems.CurrentPasswordWrong, Server: server),
        PasswordVerification.LockedOut => new Verdict.Refused(Problems.AccountLocked, "locked out, so that nothing is known of the password", Server: server),
        PasswordVerification.Disabled => new Verdict.Refused(Problems.AccountDisabled, Server: server),
        PasswordVerification.AccountExpired => new Verdict.Refused(Problems.AccountExpired, Server: server),
        PasswordVerification.NotPermittedNow => new Verdict.Refused(Problems.LogonRestricted, Server: server),
        PasswordVerification.Unavailable(var failure, _) => DirectoryProblems.Of(failure),
        _ => throw new InvalidOperationException(verification.GetType().Name),
    };
}
