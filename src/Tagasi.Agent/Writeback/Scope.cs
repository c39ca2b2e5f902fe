using Tagasi.Ldap;

namespace Tagasi.Agent.Writeback;

/// <summary>Where accounts must lie to be managed here: below an included container and not below an excluded one.</summary>
/// <remarks>Names are compared part by part and never as text: "OU=Peoples" is not below "OU=People", nor is "CN=x\,OU=People".</remarks>
internal sealed class Scope(IReadOnlyList<LdapDn> include, IReadOnlyList<LdapDn> exclude)
{
    public IReadOnlyList<LdapDn> Include => include;

    public IReadOnlyList<LdapDn> Exclude => exclude;

    /// <summary>A name that cannot be read is not in scope.</summary>
    public bool Contains(string distinguishedName) =>
        LdapDn.TryParse(distinguishedName, out var dn)
        && include.Any(dn.IsUnder)
        && !exclude.Any(dn.IsAtOrUnder);

    /// <summary>The exclusions that a name lies below.</summary>
    public IEnumerable<LdapDn> ExclusionsOf(string distinguishedName) => LdapDn.TryParse(distinguishedName, out var dn) ? exclude.Where(dn.IsAtOrUnder) : [];
}
