using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tagasi.Agent.Settings;

namespace Tagasi.Agent.Service;

/// <summary>How this host reaches the service: always HTTPS, always verified, through a proxy where there is one.</summary>
internal static class ServiceHttp
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler CreateHandler(ServiceSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            // Where the service is now, DNS says: an address that it has left may go on answering for long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // A redirect could lead to a host that nobody named in the settings.
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust(settings.Authority) },
        };
        if (settings.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }

        return handler;
    }

    // Null leaves it to the system's store.
    private static X509ChainPolicy? Trust(string? authority)
    {
        if (authority is null)
        {
            return null;
        }

        // A private authority seldom publishes revocation lists, and to trust it and no other is the stricter choice of the two.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Authorities.Read(authority));
        return policy;
    }
}
