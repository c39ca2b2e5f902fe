using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.Ldap;

/// <summary>What protects a connection. There is no third kind: nothing but a Kerberos bind ever travels in the clear.</summary>
public enum LdapSecurity
{
    /// <summary>LDAP over TLS from the first byte (LDAPS), port 636 by default.</summary>
    Tls,

    /// <summary>
    /// The Kerberos bind's own signing and sealing, port 389 by default. Only the bind may go before it. Not over TLS: domain
    /// controllers refuse a security layer within another.
    /// </summary>
    Kerberos,
}

/// <summary>Where a server is, how to know it, and how long to wait for it.</summary>
public sealed record LdapConnectionOptions
{
    /// <summary>The server's host name: what its certificate or its Kerberos service name (ldap/host) must say.</summary>
    public required string Host { get; init; }

    /// <summary>Where to connect to, when that is known already; null looks <see cref="Host"/> up.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The port, or null for the default of <see cref="Security"/>.</summary>
    public int? Port { get; init; }

    /// <summary>What protects the connection.</summary>
    public LdapSecurity Security { get; init; } = LdapSecurity.Tls;

    /// <summary>
    /// The authorities whose certificates to accept, and only those; an empty collection accepts none. Null takes the system's store.
    /// Revocation is not checked: it would fetch from the network, without a deadline, in the middle of a handshake.
    /// </summary>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    /// <summary>For name look-up, TCP and TLS together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For a bind, and for every request that brings no time of its own; for a search, for each page.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The largest message to accept, in bytes. The default of 4 MiB is far over what a domain controller makes of one entry: at most 5,000
    /// values of an attribute at a time ([MS-ADTS] 3.1.1.3.4.6) and pictures of 100 kB.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The clock of deadlines and of certificates' validity.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal int EffectivePort => Port ?? (Security == LdapSecurity.Tls ? 636 : 389);

    internal void Check()
    {
        Require(!string.IsNullOrWhiteSpace(Host), "Host is empty.");
        Require(MaxMessageBytes is >= 1024 and <= 1 << 30, "MaxMessageBytes is not between 1 KiB and 1 GiB.");
        Require(EffectivePort is > 0 and <= IPEndPoint.MaxPort, "Port is not a port.");
        CheckTimeout(ConnectTimeout);
        CheckTimeout(RequestTimeout);
    }

    /// <summary>No wait is for ever: a timeout is more than nothing and at most a day.</summary>
    internal static TimeSpan CheckTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromDays(1));
        return timeout;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{nameof(LdapConnectionOptions)} for '{Host}': {otherwise}");
        }
    }
}
