using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tagasi.Tests.Ldap;

/// <summary>An authority of the tests' own and the certificates it gives, good and bad.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly X509Certificate2 Issuer = NewAuthority("CN=Tests");
    private static readonly X509Certificate2 Stranger = NewAuthority("CN=Stranger");

    /// <summary>Without its key, as a client would have it.</summary>
    public static X509Certificate2 Authority { get; } = X509CertificateLoader.LoadCertificate(Issuer.RawData);

    public static X509Certificate2 Good { get; } = Issue(Issuer, ScriptedServer.Host, Now.AddDays(-1), Now.AddDays(30));

    public static X509Certificate2 OfStranger { get; } = Issue(Stranger, ScriptedServer.Host, Now.AddDays(-1), Now.AddDays(30));

    public static X509Certificate2 OfOtherHost { get; } = Issue(Issuer, "dc2.scripted.test", Now.AddDays(-1), Now.AddDays(30));

    public static X509Certificate2 Expired { get; } = Issue(Issuer, ScriptedServer.Host, Now.AddDays(-30), Now.AddDays(-1));

    public static X509Certificate2 NotYetValid { get; } = Issue(Issuer, ScriptedServer.Host, Now.AddDays(1), Now.AddDays(30));

    public static X509Certificate2 ForClients { get; } = Issue(Issuer, ScriptedServer.Host, Now.AddDays(-1), Now.AddDays(30), "1.3.6.1.5.5.7.3.2");

    private static X509Certificate2 NewAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-60), Now.AddDays(60));
    }

    private static X509Certificate2 Issue(
        X509Certificate2 issuer, string host, DateTimeOffset from, DateTimeOffset to, string usage = "1.3.6.1.5.5.7.3.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var bare = request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        using var withKey = bare.CopyWithPrivateKey(key);
        // Through PKCS#12, since a key that lives only in the process cannot serve TLS on Windows.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
