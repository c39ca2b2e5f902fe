using System.Reflection;
using System.Security.Cryptography;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Enrolment;

/// <summary>Admits this host to a tenant with a one-time code.</summary>
/// <remarks>Invariant: the code's secret goes to nobody, the service included. The private keys are made here and never leave.</remarks>
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
            throw new ServiceException(Problems.ServiceKeyMismatch, $"{address} has another key than the service that made the code; nothing was told to it");
        }

        if (key.Version is < ProtocolVersion.Onboarding or > ProtocolVersion.Current)
        {
            // One of version 1 wants to be shown the code itself, which a proxy on the way would see too.
            throw new ServiceException(Problems.ProtocolUnsupported, $"the service speaks version {key.Version}, and enrolment needs {ProtocolVersion.Onboarding} to {ProtocolVersion.Current}");
        }

        using var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var identityKey = identity.ExportSubjectPublicKeyInfo();
        var binding = EnrolmentCode.Bind(code.Verifier, identityKey);
        var request = new EnrolmentRequest(
            Environment.MachineName, Version, identityKey, AgentIdentity.ProveEnrolment(identity, binding), null,
            former is null ? null : ProveReplacement(former, binding, identityKey), EnrolmentCode.IdOf(code.Verifier), binding);
        var reply = await service.EnrolAsync(request, cancellation);
        return new EnrolmentRecord(
            reply.AgentId, reply.TenantId, reply.TenantName, address, key.PublicKey, identity.ExportPkcs8PrivateKey(), sealing.ExportPkcs8PrivateKey(), time.GetUtcNow());
    }

    private static string ProveReplacement(EnrolmentRecord former, byte[] binding, byte[] identityKey)
    {
        using var formerIdentity = former.ImportIdentityKey();
        return AgentIdentity.ProveReplacement(former.AgentId, formerIdentity, binding, identityKey);
    }
}
