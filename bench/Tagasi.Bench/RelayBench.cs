using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Relay;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Bench;

/// <summary>The relay alone: the service asks, an agent that has nothing to look up answers; against a bare WebSocket.</summary>
internal static class RelayBench
{
    private const int InFlight = 64;
    private const int Rounds = 6;
    private const int PerRound = 640;
    private static readonly PreflightRequest Question = new(RunningService.Domain, Guid.Parse("6f1c1f1e-58a3-4c4c-9d55-0d0f0a3b5f11"));

    private static readonly User Person = new()
    {
        SourceAnchor = Question.ObjectGuid,
        Domain = Question.Domain,
        UserPrincipalName = "stud01@north.example",
        UserPrincipalNameKey = User.NameKey("stud01@north.example"),
        SamAccountName = "stud01",
        DisplayName = "stud01",
    };

    private static readonly PreflightReply Reply =
        new(null, new PolicyRules(10, true, 5, TimeSpan.Zero), null, ["Student", "stud01"], new SealingKey(new string('k', 43), new byte[65]));

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (requestBytes, replyBytes) = SizesOnTheWire();
        await using var echo = new EchoSocket(requestBytes, replyBytes);
        await using var service = await RunningService.StartAsync(echo.Map);
        var settings = new ServiceSettings { Address = service.Address, Authority = service.Authority };
        using var handler = ServiceHttp.CreateHandler(settings);
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await echo.ConnectAsync(service.Address, invoker);
        var enrolment = await BareAgent.EnrolAsync(service, handler);
        await using var connection = await BareAgent.ConnectAsync(
            service, handler, enrolment, new SealingKeys(enrolment, _ => { }, TimeProvider.System),
            connection => connection.On<PreflightRequest, PreflightReply>(nameof(IAgentMethods.Preflight), _ => Task.FromResult(Reply)));

        var calls = service.Services.GetRequiredService<AgentCalls>();
        var agent = service.Services.GetRequiredService<ConnectedAgents>().For(service.TenantId, RunningService.Domain, RunningService.Epoch)[0];
        Task<Samples> Relay(int width) => Samples.OfAsync(PerRound, width, (_, _) => calls.PreflightAsync([agent], Person));
        Task<Samples> Echo(int width) => Samples.OfAsync(PerRound, width, (_, _) => echo.CallAsync());

        await Bench.Rounds.RunAsync(4, () => Relay(InFlight), () => Echo(InFlight));
        await Bench.Rounds.RunAsync(2, () => Relay(1), () => Echo(1));
        var (alone, bareAlone) = await Bench.Rounds.RunAsync(Rounds, () => Relay(1), () => Echo(1));
        var (many, bareMany) = await Bench.Rounds.RunAsync(Rounds, () => Relay(InFlight), () => Echo(InFlight));
        return
        [
            Figure.Told("relay.round-trip-p50", alone.P50, "ms", bareAlone.P50),
            Figure.Told("relay.round-trip-p99", alone.P99, "ms", bareAlone.P99),
            Figure.Told("relay.throughput", many.PerSecond, "calls/s", bareMany.PerSecond),
        ];
    }

    private static (int Request, int Reply) SizesOnTheWire()
    {
        var protocol = new JsonHubProtocol(Options.Create(new JsonHubProtocolOptions { PayloadSerializerOptions = new(ProtocolJson.Default.Options) }));
        return (
            protocol.GetMessageBytes(new InvocationMessage("1000", nameof(IAgentMethods.Preflight), [Question])).Length,
            protocol.GetMessageBytes(CompletionMessage.WithResult("1000", Reply)).Length);
    }
}
