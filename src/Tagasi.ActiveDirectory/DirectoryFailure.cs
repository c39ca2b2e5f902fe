namespace Tagasi.ActiveDirectory;

/// <summary>Why the directory could not be asked. Nothing was written where this is the answer.</summary>
/// <param name="Cause">What to act on.</param>
/// <param name="Detail">For the administrator: what was tried, and what came back. Never for the end user.</param>
/// <param name="Server">The domain controller concerned; null where none was found.</param>
public sealed record DirectoryFailure(FailureCause Cause, string Detail, string? Server = null);

/// <summary>The kinds of <see cref="DirectoryFailure"/>.</summary>
public enum FailureCause
{
    /// <summary>Not set.</summary>
    None,

    /// <summary>DNS gave no domain controller, or no address for one.</summary>
    NameResolution,

    /// <summary>No connection: refused, unreachable, or broken while it was read from.</summary>
    Unreachable,

    /// <summary>No answer within the time given.</summary>
    TimedOut,

    /// <summary>The TLS handshake failed, or the certificate was not accepted.</summary>
    Tls,

    /// <summary>The bind was refused: wrong, expired, disabled or locked service account, or no Kerberos ticket.</summary>
    CredentialRefused,

    /// <summary>No domain controller said who the PDC emulator is, or the one named says that it is not.</summary>
    PdcEmulatorNotFound,

    /// <summary>
    /// The service account may not read attributes without which an account cannot be judged; the detail names them. So it is in domains
    /// whose Pre-Windows 2000 Compatible Access group has been emptied. Remedy: allow it to read all properties of users.
    /// </summary>
    NotReadable,

    /// <summary>The domain controller refers to another domain, which is never followed: the account was moved there.</summary>
    Referral,

    /// <summary>The domain controller answered that it is busy or unavailable, or that the question would take it too long.</summary>
    Busy,

    /// <summary>The domain controller refused the request, or answered what it should not.</summary>
    Refused,
}

/// <summary>The directory could not be read to the end. Retrying the whole reading later may help.</summary>
public sealed class DirectoryException(DirectoryFailure failure, Exception? inner = null)
    : Exception($"{failure.Cause}: {failure.Detail}", inner)
{
    /// <summary>Why.</summary>
    public DirectoryFailure Failure { get; } = failure;
}
