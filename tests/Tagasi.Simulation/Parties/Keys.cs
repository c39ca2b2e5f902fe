using System.Security.Cryptography;
using Tagasi.Agent.State;
using Tagasi.Cloud.Keys;
using Tagasi.Protocol;

namespace Tagasi.Simulation.Parties;

/// <summary>Keys, made once for all runs: they decide nothing, and no trace holds them.</summary>
internal static class Keys
{
    public const int Agents = 6;
    private const int SealingKeysEach = 3;

    public static ServiceSigningKey Service { get; } = OpenServiceKey();

    public static IReadOnlyList<ECDsa> Identity { get; } = [.. Enumerable.Range(0, Agents).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];

    /// <summary>Every host's settings name all others.</summary>
    public static IReadOnlyList<string> IdentityIds { get; } = [.. Identity.Select(KeyId.Of)];

    public static ECDsa Forger { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static readonly ECDiffieHellman[] Sealing = [.. Enumerable.Range(0, Agents * SealingKeysEach).Select(_ => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256))];

    /// <summary>What an agent's disk holds of its enrolment, with one of its sealing keys.</summary>
    public static EnrolmentRecord Enrolment(Guid agentId, int agent, int generation) => new(
        agentId, SimulatedService.TenantId, "North", new Uri("https://service.example"), [], [],
        Sealing[(agent * SealingKeysEach) + (generation % SealingKeysEach)].ExportPkcs8PrivateKey(), DateTimeOffset.UnixEpoch, SimulatedService.FirstEpoch);

    private static ServiceSigningKey OpenServiceKey()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tagasi-simulation-");
        try
        {
            return ServiceSigningKey.Open(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
