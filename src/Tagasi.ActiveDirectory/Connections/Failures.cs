using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Connections;

/// <summary>What went wrong below, in this library's words.</summary>
internal static class Failures
{
    public static DirectoryFailure Of(Exception e, string? server, Deadline deadline) => e switch
    {
        DirectoryException known => known.Failure with { Server = known.Failure.Server ?? server },
        LdapConnectionException broken => new(CauseOf(broken), broken.Message, server),
        LdapRefusedException refused => OfResult(refused.Result, server),
        LdapException other => new(FailureCause.Refused, other.Message, server),
        OperationCanceledException when deadline.EndedByClock => new(FailureCause.TimedOut, "The time for the whole call ran out.", server),
        _ => throw new InvalidOperationException("Not a failure of the directory.", e),
    };

    /// <summary>For exception filters: whether <see cref="Of"/> has words for it. A caller's cancellation is none of these.</summary>
    public static bool IsOne(Exception e, Deadline deadline) =>
        e is DirectoryException or LdapException || (e is OperationCanceledException && deadline.EndedByClock);

    public static DirectoryFailure OfResult(LdapResult result, string? server) => new(
        (result.Win32Code, result.Code) switch
        {
            (0x200E or 0x200F, _) => FailureCause.Busy, // ERROR_DS_BUSY, ERROR_DS_UNAVAILABLE
            (_, LdapResultCode.Busy or LdapResultCode.Unavailable or LdapResultCode.TimeLimitExceeded) => FailureCause.Busy,
            (0x202B, _) or (_, LdapResultCode.Referral) => FailureCause.Referral, // ERROR_DS_REFERRAL
            _ => FailureCause.Refused,
        },
        result.ToString(),
        server);

    private static FailureCause CauseOf(LdapConnectionException e) => e.Failure switch
    {
        LdapFailure.NameNotFound => FailureCause.NameResolution,
        LdapFailure.TimedOut => FailureCause.TimedOut,
        LdapFailure.NotTls or LdapFailure.TlsRefused => FailureCause.Tls,
        LdapFailure.UntrustedCertificate or LdapFailure.WrongHostName or LdapFailure.ExpiredCertificate => FailureCause.Tls,
        LdapFailure.KerberosFailed => FailureCause.CredentialRefused,
        LdapFailure.ProtocolViolation => FailureCause.Refused,
        // In the TLS handshake too: so ends one that goes down meanwhile. It says nothing about whom to trust.
        _ => FailureCause.Unreachable,
    };
}
