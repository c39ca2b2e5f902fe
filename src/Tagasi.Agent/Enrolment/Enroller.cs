using System.Reflection;
using System.Security.Cryptography;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Enrolment;

/// <summary>Admits this host to a tenant with a one-time code.</summary>
/// <remarks>Invariant: the code's secret goes to nobody whose key the code does not name. The private keys are made here and never leave.</remarks>
internal sealed class Enroller(ServiceCalls service, TimeProvider time)
{
    /// <summary>The agent's version, as the service and the log show it.</summary>
    public static string Version { get; } =
        typeof(Enroller).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <param name="former">What this host was enrolled as; null: as nothing. The service revokes it, where it is of the same tenant.</param>
    /// <exception cref="ServiceException">The service is the wrong one, cannot be reached, or refused.</exception>
    public async Task<EnrolmentRecord> EnrolAsync(EnrolmentCode code, Uri address, EnrolmentRecord? former, CancellationToken cancellation)
    {
        var key = await service.GetKeyAsync(cancellation);
        if (!code.Pins(key.PublicKey))
        {
            throw new ServiceException(Problems.ServiceKeyMismatch, $"{address} has another key than the service that made the code; the code was not shown to it");
        }

        if (!ProtocolVersion.IsSupported(key.Version))
        {
            throw new ServiceException(Problems.ProtocolUnsupported, $"the service speaks version {key.Version}, this agent {ProtocolVersion.Oldest} to {ProtocolVersion.Current}");
        }

        using var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var request = new EnrolmentRequest(
            code.Secret, Environment.MachineName, Version, identity.ExportSubjectPublicKeyInfo(), AgentIdentity.ProveEnrolment(identity, code.Secret),
            former is null || key.Version < ProtocolVersion.Onboarding ? null : ProveReplacement(former, code.Secret, identity));
        var reply = await service.EnrolAsync(request, cancellation);
        return new EnrolmentRecord(
            reply.AgentId, reply.TenantId, reply.TenantName, address, key.PublicKey, identity.ExportPkcs8PrivateKey(), sealing.ExportPkcs8PrivateKey(), time.GetUtcNow());
    }

    private static string ProveReplacement(EnrolmentRecord former, byte[] secret, ECDsa identity)
    {
        using var formerIdentity = former.ImportIdentityKey();
        return AgentIdentity.ProveReplacement(former.AgentId, formerIdentity, secret, identity.ExportSubjectPublicKeyInfo());
    }
}
