using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.Ldap.Wire;

/// <summary>Makes a TLS stream of a TCP stream, or says exactly why not.</summary>
internal static class TlsHandshake
{
    public static async Task<Stream> StartAsync(ServerStream server, LdapConnectionOptions options, Deadline deadline, CancellationToken cancellation)
    {
        var verdict = new CertificateVerdict(options.Host);
        var tls = new SslStream(server, leaveInnerStreamOpen: false);
        try
        {
            using var stop = deadline.Source();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
            await tls.AuthenticateAsClientAsync(ClientOptions(options, verdict), either.Token);
            return tls;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            await tls.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            var failure = FailureOf(e, verdict, server);
            throw new LdapConnectionException(failure, LdapStage.Tls, Words(failure, options, verdict, e), inner: e);
        }
    }

    private static SslClientAuthenticationOptions ClientOptions(LdapConnectionOptions options, CertificateVerdict verdict) => new()
    {
        TargetHost = options.Host,
        // Windows Server 2012 R2 still offers 1.2; what is older is broken (RFC 8996), and the system's default may allow it.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = ChainPolicy(options),
        RemoteCertificateValidationCallback = (_, _, chain, errors) => verdict.Accepts(chain, errors),
    };

    private static X509ChainPolicy ChainPolicy(LdapConnectionOptions options)
    {
        var policy = new X509ChainPolicy
        {
            // Both would fetch from the network in the middle of the handshake, on its thread, without our deadline.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = options.TimeProvider.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        if (options.TrustedAuthorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    private static LdapFailure FailureOf(Exception e, CertificateVerdict verdict, ServerStream server) => e switch
    {
        _ when verdict.Failure is { } failure => failure,
        OperationCanceledException => LdapFailure.TimedOut,
        _ when server.SpokeOtherThanTls => LdapFailure.NotTls,
        IOException => LdapFailure.ClosedByPeer,
        _ => LdapFailure.TlsRefused,
    };

    private static string Words(LdapFailure failure, LdapConnectionOptions options, CertificateVerdict verdict, Exception e) => failure switch
    {
        LdapFailure.TimedOut => $"{options.Host} accepted the connection, then was silent in the TLS handshake.",
        LdapFailure.NotTls => $"{options.Host} does not speak TLS on port {options.EffectivePort}.",
        LdapFailure.ClosedByPeer => $"{options.Host} closed the connection in the TLS handshake: it is going down or coming up, or has no certificate.",
        LdapFailure.TlsRefused => $"The TLS handshake with {options.Host} failed: {e.InnerException?.Message ?? e.Message}",
        _ => verdict.Words,
    };
}
