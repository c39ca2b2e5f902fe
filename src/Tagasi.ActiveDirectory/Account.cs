namespace Tagasi.ActiveDirectory;

/// <summary>A user account as one domain controller shows it. Everything in it was read in one go, at <see cref="Server"/>.</summary>
public sealed record Account
{
    /// <summary>objectGUID: survives renames and moves.</summary>
    public required Guid ObjectGuid { get; init; }

    /// <summary>Where it is now. Good for the administrator and for scope rules, not as an identity.</summary>
    public required string DistinguishedName { get; init; }

    /// <summary>objectSid as a string, <c>S-1-5-21-…</c>.</summary>
    public required string Sid { get; init; }

    /// <summary>sAMAccountName.</summary>
    public required string SamAccountName { get; init; }

    /// <summary>userPrincipalName, where set.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>displayName, where set. Complexity forbids its parts in a password.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What sort of object it is; only <see cref="AccountKind.Person"/> may have its password reset here.</summary>
    public required AccountKind Kind { get; init; }

    /// <summary>ACCOUNTDISABLE in userAccountControl.</summary>
    public required bool IsDisabled { get; init; }

    /// <summary>Locked out now, as this domain controller computes it (UF_LOCKOUT of msDS-User-Account-Control-Computed).</summary>
    public required bool IsLockedOut { get; init; }

    /// <summary>accountExpires lies in the past of <see cref="ServerTime"/>: the account, not the password.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>The password's age is past the policy's limit, or it must be changed (UF_PASSWORD_EXPIRED, computed).</summary>
    public required bool IsPasswordExpired { get; init; }

    /// <summary>pwdLastSet is 0: "must change password at next logon".</summary>
    public required bool MustChangePassword { get; init; }

    /// <summary>
    /// "User cannot change password": an access control entry denies Change Password to SELF or Everyone. Null where the
    /// security descriptor could not be read.
    /// </summary>
    public bool? CannotChangePassword { get; init; }

    /// <summary>DONT_EXPIRE_PASSWORD in userAccountControl.</summary>
    public required bool PasswordNeverExpires { get; init; }

    /// <summary>adminCount is 1 or more: is, or once was, in a protected group, and carries AdminSDHolder's permissions.</summary>
    public required bool HasAdminCount { get; init; }

    /// <summary>tokenGroups: SIDs of all security groups that it is in, nested ones and the primary group included.</summary>
    public required IReadOnlyList<string> GroupSids { get; init; }

    /// <summary>SID of a group that it is in and whose members Active Directory protects (AdminSDHolder); null: in none.</summary>
    public string? ProtectingGroup => GroupSids.FirstOrDefault(Accounts.ProtectedGroups.Contains);

    /// <summary>
    /// adminCount is set, and no protected group explains it: left over from a membership that has ended. Remedy: clear adminCount and
    /// let the object inherit permissions again.
    /// </summary>
    public bool HasStaleAdminCount => HasAdminCount && ProtectingGroup is null && Kind == AccountKind.Person;

    /// <summary>pwdLastSet as stored: 100 ns ticks since 1601-01-01 UTC; 0 means must change.</summary>
    public required long RawPasswordLastSet { get; init; }

    /// <summary><see cref="RawPasswordLastSet"/> as a time; null where it is 0.</summary>
    public DateTimeOffset? PasswordLastSet { get; init; }

    /// <summary>The policy in force for this account.</summary>
    public required EffectivePolicy Policy { get; init; }

    /// <summary>When the minimum password age lets the password be set again; null: now, or not known as the policy is unreadable.</summary>
    public DateTimeOffset? EarliestNextChange { get; init; }

    /// <summary>uSNChanged at <see cref="Server"/>; means nothing at another one.</summary>
    public required long UpdateSequenceNumber { get; init; }

    /// <summary>lockoutTime as stored: 0 after an unlocking; null where it was never set, or may not be read.</summary>
    public long? RawLockoutTime { get; init; }

    /// <summary>
    /// badPasswordTime: when a wrong password last came here, in 100 ns ticks since 1601-01-01 UTC; 0: never. Each domain controller has its
    /// own, and the PDC emulator is told of all. Null where it may not be read.
    /// </summary>
    public long? RawBadPasswordTime { get; init; }

    /// <summary>The password's replication stamp; null where the service account may not read replPropertyMetaData.</summary>
    public PasswordStamp? PasswordStamp { get; init; }

    /// <summary>invocationId of <see cref="Server"/>; null where it may not be read.</summary>
    public Guid? ServerInvocationId { get; init; }

    /// <summary>DNS host name of the domain controller that showed this, and where a write will go: the PDC emulator, but for <see cref="IsAtPdcEmulator"/>.</summary>
    public required string Server { get; init; }

    /// <summary>False where another writable domain controller had to do (<see cref="DomainOptions.AllowFallback"/>).</summary>
    public bool IsAtPdcEmulator { get; init; } = true;

    /// <summary>That domain controller's clock when it answered.</summary>
    public required DateTimeOffset ServerTime { get; init; }
}

/// <summary>What sort of object an <see cref="Account"/> is.</summary>
public enum AccountKind
{
    /// <summary>An ordinary user.</summary>
    Person,

    /// <summary>Computer, managed service account, inter-domain trust or another machine-like object.</summary>
    Machine,

    /// <summary>krbtgt or a read-only domain controller's krbtgt: resetting it would void the domain's tickets.</summary>
    KeyDistributionService,

    /// <summary>Another object that the system calls critical (isCriticalSystemObject), such as the built-in Administrator or Guest.</summary>
    SystemCritical,

    /// <summary>Not an account at all: the GUID belongs to a contact, a group, an OU …</summary>
    Other,
}

/// <summary>What reading an account gave. Closed: switch over the nested kinds.</summary>
public abstract record AccountReading
{
    private AccountReading()
    {
    }

    /// <summary>It is there.</summary>
    public sealed record Found(Account Account) : AccountReading;

    /// <summary>No object with this GUID in the domain, or the service account may not see it.</summary>
    public sealed record NotFound : AccountReading;

    /// <summary>The PDC emulator could not be asked.</summary>
    public sealed record Unavailable(DirectoryFailure Failure) : AccountReading;
}
