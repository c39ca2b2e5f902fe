namespace Tagasi.ActiveDirectory;

/// <summary>What to read with <see cref="ActiveDirectoryDomain.ReadUsersAsync"/>.</summary>
public sealed record UserReading
{
    /// <summary>Distinguished names of the OUs to read, whole subtrees each; overlapping ones yield a user once. Empty: the whole domain.</summary>
    public IReadOnlyList<string> BaseDns { get; init; } = [];

    /// <summary>Only who has this userPrincipalName or sAMAccountName; null: everybody.</summary>
    public string? Name { get; init; }

    /// <summary>LDAP name of the attribute with the address that recovery mail may be sent to, such as <c>otherMailbox</c>; null: none.</summary>
    public string? RecoveryMailAttribute { get; init; }

    /// <summary>Entries per page; 1,000 is the most that Active Directory gives (MaxPageSize).</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Longest wait for a page's next entry. A domain controller itself gives up after 120 s (MaxQueryDuration).</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(130);
}

/// <summary>One user of a full reading. Texts come without the NUL characters that Active Directory sometimes leaves in them.</summary>
public sealed record DirectoryUser
{
    /// <summary>objectGUID.</summary>
    public required Guid ObjectGuid { get; init; }

    /// <summary>objectSid as a string.</summary>
    public required string Sid { get; init; }

    /// <summary>Distinguished name.</summary>
    public required string DistinguishedName { get; init; }

    /// <summary>sAMAccountName.</summary>
    public required string SamAccountName { get; init; }

    /// <summary>userPrincipalName, where set.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>displayName, where set.</summary>
    public string? DisplayName { get; init; }

    /// <summary>givenName, where set.</summary>
    public string? GivenName { get; init; }

    /// <summary>sn, where set.</summary>
    public string? Surname { get; init; }

    /// <summary>mail, where set.</summary>
    public string? Mail { get; init; }

    /// <summary>All values of <see cref="UserReading.RecoveryMailAttribute"/>.</summary>
    public required IReadOnlyList<string> RecoveryMail { get; init; }

    /// <summary>ACCOUNTDISABLE in userAccountControl.</summary>
    public required bool IsDisabled { get; init; }

    /// <summary>adminCount is 1 or more.</summary>
    public required bool HasAdminCount { get; init; }

    /// <summary>accountExpires as a time; null: never.</summary>
    public DateTimeOffset? AccountExpires { get; init; }

    /// <summary>whenChanged at the server that was read from.</summary>
    public DateTimeOffset? WhenChanged { get; init; }
}
