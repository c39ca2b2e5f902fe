using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.State;

/// <summary>All that enrolment gives an agent, in one file so that it is there wholly or not at all. It holds private keys.</summary>
/// <param name="Service">Where it enrolled; another address needs a new enrolment only if the service's key differs.</param>
/// <param name="ServiceKey">The pinned key of the service, SubjectPublicKeyInfo: tickets and challenges come from this one or from nobody.</param>
/// <param name="IdentityKey">P-256, PKCS #8.</param>
/// <param name="SealingKey">P-256, PKCS #8.</param>
/// <param name="SealingEpoch">The tenant's epoch that the sealing key was made for; 0: at enrolment, for none.</param>
internal sealed record EnrolmentRecord(
    Guid AgentId, Guid TenantId, string TenantName, Uri Service, byte[] ServiceKey, byte[] IdentityKey, byte[] SealingKey, DateTimeOffset EnrolledAt, long SealingEpoch = 0)
{
    public ECDsa ImportServiceKey()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(ServiceKey, out _);
        return key;
    }

    public ECDsa ImportIdentityKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(IdentityKey, out _);
        return key;
    }

    /// <summary>The id of the identity key, by which the tenant's other agents know this one.</summary>
    public string IdentityKeyId()
    {
        using var identity = ImportIdentityKey();
        return KeyId.Of(identity);
    }

    public ECDiffieHellman ImportSealingKey()
    {
        var key = ECDiffieHellman.Create();
        key.ImportPkcs8PrivateKey(SealingKey, out _);
        return key;
    }

    /// <summary>The bearer token for one connection.</summary>
    public string Prove(string challenge)
    {
        using var identity = ImportIdentityKey();
        return AgentIdentity.Prove(AgentId, identity, challenge, KeyId.Of(ServiceKey));
    }

    /// <summary>Never the keys.</summary>
    public override string ToString() => $"agent {AgentId} of {TenantName}";
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EnrolmentRecord))]
internal sealed partial class StateJson : JsonSerializerContext;
