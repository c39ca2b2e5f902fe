using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.Ldap.Wire;

/// <summary>Takes the system's verdict on a server's certificate and keeps why it was refused.</summary>
internal sealed class CertificateVerdict(string host)
{
    public LdapFailure? Failure { get; private set; }

    public string Words { get; private set; } = "";

    public bool Accepts(X509Chain? chain, SslPolicyErrors errors)
    {
        var status = chain?.ChainStatus ?? [];
        Failure = errors == SslPolicyErrors.None ? null : FailureOf(errors, status);
        Words = Failure switch
        {
            null => "",
            LdapFailure.WrongHostName => $"The certificate of {host} is for another name: {Subject(chain)}.",
            LdapFailure.ExpiredCertificate => $"The certificate of {host} is past or before its time: {Subject(chain)}, {Validity(chain)}.",
            _ => $"The certificate of {host} is not trusted: {Subject(chain)}, {string.Join(", ", status.Select(s => s.Status))}.",
        };
        return Failure is null;
    }

    // A certificate that nobody vouches for says nothing about names and dates, so trust is told first; then time, then name.
    private static LdapFailure FailureOf(SslPolicyErrors errors, X509ChainStatus[] status) => errors switch
    {
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => LdapFailure.UntrustedCertificate,
        _ when status.Any(s => s.Status is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid)) => LdapFailure.UntrustedCertificate,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => LdapFailure.ExpiredCertificate,
        _ => LdapFailure.WrongHostName,
    };

    private static X509Certificate2? Leaf(X509Chain? chain) => chain is { ChainElements: [var leaf, ..] } ? leaf.Certificate : null;

    private static string Subject(X509Chain? chain) => Leaf(chain)?.Subject ?? "no certificate";

    private static string Validity(X509Chain? chain) =>
        Leaf(chain) is { } leaf ? FormattableString.Invariant($"valid {leaf.NotBefore:u} to {leaf.NotAfter:u}") : "";
}
