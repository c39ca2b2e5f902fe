using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>One kind of write: what it sends, and how what comes back is read. Holds the passwords, and wipes them on disposal.</summary>
internal abstract class WriteOperation : IDisposable
{
    private static readonly byte[] Zero = "0"u8.ToArray();

    /// <summary>The policy-hints control has to go with it, marked critical.</summary>
    public virtual bool NeedsPolicyHints => false;

    /// <summary>What the service account needs on the account.</summary>
    public abstract IReadOnlyList<AccessRight> Rights { get; }

    /// <summary>What has to be seen afterwards, for the words of an unknown outcome.</summary>
    public abstract string ExpectedSight { get; }

    protected static LdapModification Unlocking => LdapModification.Replace("lockoutTime", Zero);

    protected static LdapModification MustChange => LdapModification.Replace("pwdLastSet", Zero);

    /// <summary>The one modify.</summary>
    public abstract IReadOnlyList<LdapModification> ChangesAt(RootDse root);

    /// <summary>A second modify after the first one's success, without a password in it; null: none, as everywhere but at Samba's.</summary>
    public virtual LdapModification? FollowUpAt(RootDse root) => null;

    public abstract RefusalCause CauseOf(LdapResult result);

    /// <summary>The rule behind 0000052D.</summary>
    public abstract RefusalCause Explain(Account account);

    /// <summary>What two proofs say became of it; <see cref="WriteComparison.Unchanged"/>: nothing shows.</summary>
    public abstract WriteComparison Compare(WriteProof before, WriteProof after);

    /// <summary>What the administrator has to mend although it was written.</summary>
    public abstract WriteWarning WarningOf(WriteProof before, WriteProof after);

    public abstract void Dispose();
}
