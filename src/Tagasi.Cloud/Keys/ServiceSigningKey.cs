using System.Security.Cryptography;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Keys;

/// <summary>The key that tickets are signed with and that agents pin at enrolment. Made once, kept in a file that only the service reads.</summary>
internal sealed class ServiceSigningKey : IDisposable
{
    private ServiceSigningKey(ECDsa key)
    {
        Key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Id = KeyId.Of(PublicKey);
    }

    public ECDsa Key { get; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey { get; }

    public string Id { get; }

    /// <summary>Reads the key, or makes it at the first start.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static ServiceSigningKey Open(string folder)
    {
        var path = Path.Combine(folder, "service-signing-key.pem");
        if (!File.Exists(path))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateFolder.WriteNew(path, made.ExportPkcs8PrivateKeyPem());
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return new ServiceSigningKey(key);
    }

    public void Dispose() => Key.Dispose();
}
