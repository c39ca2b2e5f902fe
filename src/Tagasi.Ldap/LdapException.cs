namespace Tagasi.Ldap;

/// <summary>The root of everything this library throws about the wire, the server or its answers.</summary>
/// <remarks>Wrong use of the API throws the usual argument and invalid-operation exceptions instead.</remarks>
public abstract class LdapException : Exception
{
    private protected LdapException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>Bytes from the server that are not the LDAP of RFC 4511, or a value that is not of the syntax it was read as.</summary>
public sealed class LdapProtocolException : LdapException
{
    internal LdapProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The server answered a search or a read with something else than success. Modify and bind return their result instead.</summary>
public sealed class LdapRefusedException : LdapException
{
    /// <summary>Wraps the answer of the server.</summary>
    public LdapRefusedException(LdapResult result)
        : base($"The server refused the search: {result}") => Result = result;

    /// <summary>What the server said.</summary>
    public LdapResult Result { get; }
}

/// <summary>The connection could not be made, broke, or did not answer in time: the server has refused nothing.</summary>
/// <remarks>Ask <see cref="LdapConnection.IsUsable"/> whether the connection survived; after a search that timed out it has.</remarks>
public sealed class LdapConnectionException : LdapException
{
    internal LdapConnectionException(LdapFailure failure, LdapStage stage, string message, bool mayHaveBeenCarriedOut = false, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
        Stage = stage;
        MayHaveBeenCarriedOut = mayHaveBeenCarriedOut;
    }

    /// <summary>What went wrong.</summary>
    public LdapFailure Failure { get; }

    /// <summary>How far things had come.</summary>
    public LdapStage Stage { get; }

    /// <summary>
    /// True when any byte of the request may have left this machine, so the server may have carried it out.
    /// A write for which this is true has an unknown outcome: look before writing again.
    /// </summary>
    public bool MayHaveBeenCarriedOut { get; }
}

/// <summary>Why a connection could not be made or used.</summary>
public enum LdapFailure
{
    /// <summary>The host name has no address, or the resolver gave no answer about it.</summary>
    NameNotFound,

    /// <summary>No route to the host or its network.</summary>
    Unreachable,

    /// <summary>The host answered that nothing listens on the port.</summary>
    ConnectionRefused,

    /// <summary>Silence until the deadline; <see cref="LdapConnectionException.Stage"/> tells where.</summary>
    TimedOut,

    /// <summary>The peer closed or reset the connection. In <see cref="LdapStage.Tls"/>: typical of a domain controller without a certificate.</summary>
    ClosedByPeer,

    /// <summary>The peer answered the TLS greeting with bytes that are not TLS.</summary>
    NotTls,

    /// <summary>The peer speaks TLS, but no handshake came about (protocol version, cipher, alert).</summary>
    TlsRefused,

    /// <summary>The certificate does not lead to a trusted authority, or its chain is unfit.</summary>
    UntrustedCertificate,

    /// <summary>The certificate leads to a trusted authority but is for another host name.</summary>
    WrongHostName,

    /// <summary>The certificate leads to a trusted authority but is past, or before, its time.</summary>
    ExpiredCertificate,

    /// <summary>No Kerberos context: no ticket, no such service, wrong credentials, clock skew, or not mutual and sealed.</summary>
    KerberosFailed,

    /// <summary>The server announced that it closes the connection (RFC 4511, 4.4.1).</summary>
    NoticeOfDisconnection,

    /// <summary>The server sent something that is not LDAP, or answered what was not asked; the inner exception tells what.</summary>
    ProtocolViolation,

    /// <summary>This side disposed of the connection.</summary>
    Disposed,
}

/// <summary>How far a connection had come when it failed.</summary>
public enum LdapStage
{
    /// <summary>Looking the host name up.</summary>
    Resolve,

    /// <summary>Opening the TCP connection.</summary>
    Connect,

    /// <summary>The TLS handshake.</summary>
    Tls,

    /// <summary>The bind, for Kerberos including the talk with the KDC.</summary>
    Bind,

    /// <summary>A request, or the idle connection between requests.</summary>
    Request,
}
