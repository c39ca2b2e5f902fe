namespace Tagasi.ActiveDirectory;

/// <summary>What became of one password write. Closed: switch over the nested kinds.</summary>
public abstract record PasswordWrite
{
    private PasswordWrite()
    {
    }

    /// <summary>The directory said success, and the same domain controller then showed the new state.</summary>
    /// <param name="Before">The account just before.</param>
    /// <param name="After">The account as read back, at the same server.</param>
    /// <param name="Warning">Something that the administrator has to mend although the password is set.</param>
    public sealed record Applied(WriteProof Before, WriteProof After, WriteWarning Warning) : PasswordWrite;

    /// <summary>Nothing was written, for certain: the directory refused, or the request was never sent.</summary>
    /// <param name="Cause">The true cause, worked out where the directory gives one code for several.</param>
    /// <param name="Diagnostics">For the administrator: result code, Win32 code, the directory's own words. Never for the end user.</param>
    /// <param name="EarliestNextChange">With <see cref="RefusalCause.TooRecent"/>: when the next try can succeed.</param>
    public sealed record Refused(RefusalCause Cause, string Diagnostics, DateTimeOffset? EarliestNextChange = null) : PasswordWrite;

    /// <summary>
    /// It may or may not have been written. Never write again on the strength of this: look at the same server
    /// (<see cref="ActiveDirectoryDomain.LookAsync"/>) until it tells.
    /// </summary>
    /// <param name="Why">For the administrator.</param>
    /// <param name="Before">The account just before the write, to compare a look with.</param>
    public sealed record Unknown(string Why, WriteProof Before) : PasswordWrite;
}

/// <summary>What <see cref="PasswordWrite.Applied"/> may carry; of several the gravest.</summary>
public enum WriteWarning
{
    /// <summary>Nothing to mend.</summary>
    None,

    /// <summary>
    /// The new password is at once expired (pwdLastSet is 0): the service account lacks Unexpire Password on the domain
    /// object. [MS-SAMR] 3.1.1.8.7.
    /// </summary>
    ExpiredAtOnce,

    /// <summary>The account still shows as locked out, or again.</summary>
    StillLockedOut,

    /// <summary>Written at another domain controller than the PDC emulator (<see cref="DomainOptions.AllowFallback"/>): replication has to carry it on.</summary>
    NotYetEverywhere,

    /// <summary>Somebody else wrote the password in the same moments. It was written, but whose password counts is not known.</summary>
    WrittenMoreThanOnce,

    /// <summary>The password is set; that it must be changed at the next sign-in is not.</summary>
    MustChangeNotSet,
}

/// <summary>Why a password write was refused; nothing was written with any of these.</summary>
public enum RefusalCause
{
    /// <summary>Not set.</summary>
    None,

    /// <summary>Shorter than the effective policy's minimum.</summary>
    TooShort,

    /// <summary>Longer than 256 characters ([MS-SAMR] 3.1.1.7.2); found before sending.</summary>
    TooLong,

    /// <summary>Fewer than three of the five character categories.</summary>
    NotComplex,

    /// <summary>Contains the account name or a part of the display name.</summary>
    ContainsName,

    /// <summary>One of the remembered former passwords.</summary>
    InHistory,

    /// <summary>The minimum password age has not passed.</summary>
    TooRecent,

    /// <summary>The directory refused, and no rule of the policy explains it: a password filter on the domain controller, or an unreadable policy.</summary>
    RefusedByFilterOrUnspecified,

    /// <summary>Not a string of UTF-16: empty of meaning, or a lone surrogate. Found before sending.</summary>
    Malformed,

    /// <summary>A change, and the old password is not the account's. It counts as a wrong try towards lockout.</summary>
    WrongOldPassword,

    /// <summary>A change, and the account is locked out. Whether the old password was right is not known.</summary>
    LockedOut,

    /// <summary>The account is not there any more.</summary>
    NotFound,

    /// <summary>Not a person's account: see <see cref="AccountKind"/>. Found before sending.</summary>
    NotAPerson,

    /// <summary>The service account lacks a right on this object; the diagnostics name the right, and where to grant it.</summary>
    NoRights,

    /// <summary>As <see cref="NoRights"/>, and the account carries AdminSDHolder's permissions (adminCount), which explains it; see <see cref="Account.HasStaleAdminCount"/>.</summary>
    Protected,

    /// <summary>The domain controller offers neither policy-hints control, so a reset would pass over the password history.</summary>
    PolicyHintsUnsupported,

    /// <summary>The time until which it might be sent had passed; nothing was sent.</summary>
    NotAfterPassed,

    /// <summary>The domain controller referred to another one; not followed. Read the account anew, which locates the PDC emulator anew.</summary>
    Referral,

    /// <summary>The domain controller is read-only.</summary>
    ReadOnlyDomainController,

    /// <summary>The domain controller says that it is busy or shutting down and did nothing.</summary>
    Busy,

    /// <summary>The account's server is not, or no longer, the PDC emulator of the domain. Read the account anew.</summary>
    PdcEmulatorMoved,

    /// <summary>The caller's token was cancelled before sending.</summary>
    Cancelled,

    /// <summary>No connection could be made; nothing was sent.</summary>
    Unreachable,

    /// <summary>No connection with the protection that a password needs.</summary>
    NotProtected,

    /// <summary>The directory refused for a reason that this program does not know; see the diagnostics.</summary>
    Other,
}
