using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.ActiveDirectory;

/// <summary>How to reach one domain of a forest, and as whom.</summary>
public sealed record DomainOptions
{
    /// <summary>DNS name of the domain, such as <c>north.example</c>.</summary>
    public required string DnsName { get; init; }

    /// <summary>Who to bind as, and by that over which protection: TLS with a simple bind, or sealed Kerberos.</summary>
    public required DirectoryCredential Credential { get; init; }

    /// <summary>DNS servers to ask for SRV and address records. Empty: those of the system.</summary>
    public IReadOnlyList<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>
    /// Host names of domain controllers to begin with, instead of those that DNS lists. They are asked who the PDC emulator is;
    /// passwords are written at the PDC emulator, whether or not it is in this list.
    /// </summary>
    public IReadOnlyList<string> DomainControllers { get; init; } = [];

    /// <summary>
    /// Addresses of host names that DNS cannot resolve from here, as in a hosts file; names compare without case.
    /// A port of zero means the ordinary one of the protection (636 with TLS, 389 with Kerberos).
    /// </summary>
    public IReadOnlyDictionary<string, IPEndPoint> HostAddresses { get; init; } = new Dictionary<string, IPEndPoint>();

    /// <summary>Roots to accept for a domain controller's certificate, besides the name check. Null: those of the system.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Longest time for name resolution, TCP, TLS and bind of one new connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where the PDC emulator cannot be reached, read accounts at another writable domain controller, and write them there. What is written
    /// so reaches the others by replication only: until then a sign-in elsewhere may fail, hence
    /// <see cref="WriteWarning.NotYetEverywhere"/>. A read-only domain controller is never used.
    /// </summary>
    public bool AllowFallback { get; init; }

    /// <summary>
    /// Connections to the PDC emulator at the most. A domain controller may serve the requests on one connection one after
    /// the other (Samba does), so requests that shall run side by side need a connection each.
    /// </summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>
    /// A pooled connection unused for longer than this is closed rather than used again. Below the 900 s after which
    /// Active Directory drops it (MaxConnIdleTime, [MS-ADTS] 3.1.1.3.4.6), and below the idle limits of common firewalls.
    /// </summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(4);
}

/// <summary>Whom to bind as. No kind of it ever sends a password in the clear. Closed: switch over the nested kinds.</summary>
public abstract record DirectoryCredential
{
    private DirectoryCredential()
    {
    }

    /// <summary>A simple bind inside TLS (LDAPS, port 636).</summary>
    /// <param name="Name">User principal name, <c>DOMAIN\name</c> or distinguished name.</param>
    /// <param name="ReadPasswordUtf8">
    /// Asked for the password at every new connection, so that a changed one is taken up without a restart. The array is wiped after
    /// use. May throw <see cref="IOException"/>, which counts as a refused credential.
    /// </param>
    public sealed record Simple(string Name, Func<CancellationToken, ValueTask<byte[]>> ReadPasswordUtf8) : DirectoryCredential;

    /// <summary>Kerberos by GSS-SPNEGO, mutual and sealed (port 389).</summary>
    /// <param name="Read">
    /// Asked at every new connection; null: the process's own identity (credential cache, keytab or service account), which is better, as
    /// a <see cref="NetworkCredential"/> holds a string that cannot be wiped.
    /// </param>
    public sealed record Kerberos(Func<CancellationToken, ValueTask<NetworkCredential>>? Read) : DirectoryCredential;
}
