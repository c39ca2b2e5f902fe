using System.Net;

namespace Tagasi.Ldap;

/// <summary>How to prove who is asking: <see cref="Simple"/> over TLS, or <see cref="Kerberos"/> over its own sealed layer.</summary>
public abstract class LdapCredential
{
    private protected LdapCredential()
    {
    }

    /// <summary>A name and its password, for connections under <see cref="LdapSecurity.Tls"/> only.</summary>
    /// <param name="name">A distinguished name, or for Active Directory also a user principal name or DOMAIN\name.</param>
    /// <param name="password">
    /// The password in UTF-8. Not copied; it stays the caller's to wipe. Must not be empty: a name with an empty password is an
    /// "unauthenticated bind", which servers answer with success without having checked anything (RFC 4513, 5.1.2).
    /// </param>
    /// <exception cref="ArgumentException">The name or the password is empty.</exception>
    public static LdapCredential Simple(string name, ReadOnlyMemory<byte> password) => new SimpleCredential(name, password);

    /// <summary>Kerberos, signed and sealed, for connections under <see cref="LdapSecurity.Kerberos"/> only.</summary>
    /// <param name="credential">
    /// The account, or null for the process's own: on Linux the credential cache or client keytab (KRB5CCNAME, KRB5_CLIENT_KTNAME), on
    /// Windows the account that the process runs as. Its password is a string, which cannot be wiped: prefer a keytab.
    /// </param>
    public static LdapCredential Kerberos(NetworkCredential? credential = null) => new KerberosCredential(credential);
}

internal sealed class SimpleCredential : LdapCredential
{
    public SimpleCredential(string name, ReadOnlyMemory<byte> password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (password.IsEmpty)
        {
            throw new ArgumentException("A bind with an empty password proves nothing (RFC 4513, 5.1.2).", nameof(password));
        }

        Name = name;
        Password = password;
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> Password { get; }
}

internal sealed class KerberosCredential(NetworkCredential? credential) : LdapCredential
{
    public NetworkCredential? Credential { get; } = credential;
}
