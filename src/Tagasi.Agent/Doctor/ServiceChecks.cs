using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Doctor;

/// <summary>Whether the service is reached, is the right one, and takes this agent.</summary>
internal sealed class ServiceChecks(ServiceSettings settings, EnrolmentRecord? enrolment, TimeProvider time)
{
    private const string Reachable = "service-reachable";
    private const string Key = "service-key";
    private const string Clock = "service-clock";
    private const string Accepted = "agent-accepted";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        using var handler = ServiceHttp.CreateHandler(settings);
        using var service = new ServiceCalls(handler, settings.Address!);
        try
        {
            var key = await service.GetKeyAsync(cancellation);
            var challenge = await service.GetChallengeAsync(cancellation);
            return
            [
                Finding.Pass(Reachable, $"{settings.Address}{(settings.Proxy is null ? "" : $" through {settings.Proxy}")}, with a trusted certificate"),
                CheckKey(key.PublicKey),
                CheckClock(challenge.Time - time.GetUtcNow()),
                await CheckAcceptedAsync(handler, service, challenge.Value, cancellation),
            ];
        }
        catch (ServiceException e)
        {
            return
            [
                Finding.Fail(Reachable, e.Detail, RemedyOf(e)),
                .. new[] { Key, Clock, Accepted }.Select(check => Finding.Skip(check, "the service is not reached")),
            ];
        }
    }

    // The certificate's own words name the cause; where to mend it is ours to say.
    private static string RemedyOf(ServiceException e) => e.Detail.Contains("certificate", StringComparison.OrdinalIgnoreCase)
        ? "Check the service's certificate (authority, name, dates). With a private authority, service.authority must name its root; what ends TLS on the way must be trusted there too."
        : e.Problem.Remedy;

    private Finding CheckKey(byte[] publicKey) =>
        enrolment is null ? Finding.Skip(Key, "not enrolled")
        : enrolment.ServiceKey.AsSpan().SequenceEqual(publicKey) ? Finding.Pass(Key, $"{KeyId.Of(publicKey)}, as pinned at enrolment")
        : Finding.Fail(Key, $"the service shows {KeyId.Of(publicKey)}; pinned is {KeyId.Of(enrolment.ServiceKey)}", Problems.ServiceKeyMismatch.Remedy);

    private static Finding CheckClock(TimeSpan skew) => skew < TimeSpan.Zero ? CheckClock(-skew)
        : skew < TicketGate.ClockTolerance / 3 ? Finding.Pass(Clock, $"differs by {skew.TotalSeconds:0.0} s")
        : skew < TicketGate.ClockTolerance ? Finding.Warn(Clock, $"differs by {skew.TotalSeconds:0} s", "Synchronise both clocks (NTP): tickets live for a minute.")
        : Finding.Fail(Clock, $"differs by {skew.TotalSeconds:0} s, so that tickets are refused", "Synchronise this host's clock (NTP), or the service's.");

    // Stops short of hello, so that an agent that runs on this host keeps its connection.
    private async Task<Finding> CheckAcceptedAsync(HttpMessageHandler handler, ServiceCalls service, string challenge, CancellationToken cancellation)
    {
        if (enrolment is null)
        {
            return Finding.Skip(Accepted, "not enrolled");
        }

        try
        {
            using var socket = await RelaySocket.OpenAsync(handler, service.AddressOf(RelayWire.Path), enrolment.Prove(challenge), time, cancellation);
            return Finding.Pass(Accepted, $"the relay takes this agent's proof, over a WebSocket; its key, for knownAgents of the tenant's other agents, is {enrolment.IdentityKeyId()}. Whether it waits for them its log says (5105), and 'tagasi-cloud agent list'");
        }
        catch (ServiceException e)
        {
            return Finding.Fail(Accepted, e.Detail, e.Problem.Remedy);
        }
    }
}
