using System.Security.Cryptography;
using Tagasi.Agent.State;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Onboarding;

/// <summary>The keys that envelopes to this agent are sealed to: the one of the tenant's epoch, and the one before it until its last tickets have expired.</summary>
/// <remarks>
/// Invariant: a key is on disk before anybody is told of it. The one before is in memory alone: after a restart the service sends nothing that is
/// sealed to another key than the newest hello brought.
/// </remarks>
/// <param name="keep">Writes the record, wholly or not at all.</param>
internal sealed class SealingKeys(EnrolmentRecord enrolment, Action<EnrolmentRecord> keep, TimeProvider time)
{
    /// <summary>How long the former key still opens: no ticket lives longer.</summary>
    public static readonly TimeSpan Overlap = Ticket.LongestLifetime;

    private readonly Lock gate = new();
    private volatile Pair pair = new(enrolment, new EnvelopeOpener(enrolment.ImportSealingKey()), null);
    private ITimer? forgetting;

    /// <summary>What others seal to.</summary>
    public SealingKey PublicKey => pair.Current.PublicKey;

    /// <summary>The tenant's epoch that the key was made for.</summary>
    public long Epoch => pair.Enrolment.SealingEpoch;

    /// <summary>The opener of the key that an envelope was sealed to; of the current one when it is none of ours.</summary>
    public EnvelopeOpener OpenerOf(Envelope envelope)
    {
        var (_, current, former) = pair;
        return former is not null && envelope.Keys.Any(key => key?.KeyId == former.PublicKey.KeyId) ? former : current;
    }

    /// <summary>Makes and keeps a new key. When that fails nothing has changed.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be kept.</exception>
    /// <exception cref="CryptographicException">It cannot be made.</exception>
    public void Renew(long epoch)
    {
        lock (gate)
        {
            var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            var renewed = pair.Enrolment with { SealingKey = key.ExportPkcs8PrivateKey(), SealingEpoch = epoch };
            keep(renewed);
            var former = pair.Current;
            pair = new(renewed, new EnvelopeOpener(key), former);
            forgetting?.Dispose();
            forgetting = time.CreateTimer(_ => Forget(former), null, Overlap, Timeout.InfiniteTimeSpan);
        }
    }

    // Not disposed of: an envelope may be opened with it at this very moment.
    private void Forget(EnvelopeOpener former)
    {
        lock (gate)
        {
            pair = pair.Former == former ? pair with { Former = null } : pair;
        }
    }

    private sealed record Pair(EnrolmentRecord Enrolment, EnvelopeOpener Current, EnvelopeOpener? Former);
}
