namespace Tagasi.Ldap;

/// <summary>How deep a search goes (RFC 4511, 4.5.1.2).</summary>
public enum LdapScope
{
    /// <summary>The base entry alone.</summary>
    Base = 0,

    /// <summary>The entries right below the base.</summary>
    OneLevel = 1,

    /// <summary>The base and everything below.</summary>
    Subtree = 2,
}

/// <summary>A search request (RFC 4511, 4.5.1). Aliases are not followed.</summary>
public sealed record LdapSearch
{
    /// <summary>Where to begin: a distinguished name, empty for the root DSE, or Active Directory's "&lt;GUID=...&gt;".</summary>
    public required string BaseDn { get; init; }

    /// <summary>How deep to go.</summary>
    public LdapScope Scope { get; init; } = LdapScope.Subtree;

    /// <summary>What to find; every object has an objectClass.</summary>
    public LdapFilter Filter { get; init; } = LdapFilter.Present("objectClass");

    /// <summary>The attributes wanted; none means all user attributes. "1.1" alone asks for names only (RFC 4511, 4.5.1.8).</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>
    /// Entries per page (RFC 2696), or null for one answer without paging. The next page is asked for when the consumer has taken the last.
    /// Active Directory gives at most 1,000 at a time whatever is asked.
    /// </summary>
    public int? PageSize { get; init; } = 1000;

    /// <summary>The most entries wanted, or 0 for all; past it the server ends with sizeLimitExceeded.</summary>
    public int SizeLimit { get; init; }

    /// <summary>How long to wait for the server, per page; null takes the connection's. The consumer's own time does not count.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Further controls. The paging control is put in by <see cref="PageSize"/>.</summary>
    public IReadOnlyList<LdapControl> Controls { get; init; } = [];

    internal void Check()
    {
        if (PageSize is < 1 || SizeLimit < 0)
        {
            throw new InvalidOperationException("A search has a page size of at least 1, or none, and no negative size limit.");
        }
    }
}
