using System.Security.Cryptography;
using Tagasi.Cloud.Keys;
using Tagasi.Protocol.Envelopes;

namespace Tagasi.Simulation.Parties;

/// <summary>Keys, made once for all runs: they decide nothing, and no trace holds them.</summary>
internal static class Keys
{
    public const int Agents = 6;
    private const int SealingKeysEach = 3;

    public static ServiceSigningKey Service { get; } = OpenServiceKey();

    public static IReadOnlyList<ECDsa> Identity { get; } = [.. Enumerable.Range(0, Agents).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];

    public static ECDsa Forger { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static readonly EnvelopeOpener[] Openers =
        [.. Enumerable.Range(0, Agents * SealingKeysEach).Select(_ => new EnvelopeOpener(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)))];

    public static EnvelopeOpener Opener(int agent, int generation) => Openers[(agent * SealingKeysEach) + (generation % SealingKeysEach)];

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
