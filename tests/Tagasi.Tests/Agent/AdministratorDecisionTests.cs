using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Service;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Onboarding;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>What 'tagasi writeback' sends, to whom, and which events it leaves.</summary>
public sealed class AdministratorDecisionTests : IDisposable
{
    private readonly ScriptedAgent agent = new();
    private readonly RecordedLog<AdministratorDecision> log = new();
    private readonly ScriptedService service = new();

    public AdministratorDecisionTests() => service.Key = agent.Enrolment.ServiceKey;

    public void Dispose()
    {
        agent.Dispose();
        service.Dispose();
    }

    [Fact]
    public async Task The_decision_goes_with_the_agents_proof_over_a_fresh_challenge()
    {
        var reply = await DecideAsync(OnboardingAction.Enable);

        Assert.Equal(service.Reply, reply);
        Assert.Equal(new OnboardingRequest(OnboardingAction.Enable, "admin", "secret"), service.Request);
        using var identity = agent.Enrolment.ImportIdentityKey();
        Assert.Equal("fresh", AgentIdentity.ProvedChallenge(service.Token!, identity, KeyId.Of(agent.Enrolment.ServiceKey)));
        Assert.Equal(agent.Enrolment.AgentId, AgentIdentity.ClaimedAgent(service.Token!));
        Assert.Equal([31004, 31017], log.Ids);
    }

    [Fact]
    public async Task The_password_is_not_sent_to_a_service_with_another_key()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        service.Key = stranger.ExportSubjectPublicKeyInfo();
        Assert.Equal(Problems.ServiceKeyMismatch, await FailAsync(OnboardingAction.Enable));
        Assert.Null(service.Request);
        Assert.Equal([31004, 32011], log.Ids);
    }

    [Fact]
    public async Task A_service_of_version_1_is_said_to_be_one()
    {
        service.Version = 1;
        Assert.Equal(Problems.ProtocolUnsupported, await FailAsync(OnboardingAction.Enable));
        Assert.Null(service.Request);
        Assert.Equal([31004, 32008], log.Ids);
    }

    [Theory]
    [InlineData("administrator-required")]
    [InlineData("administrator-sign-in-failed")]
    public async Task A_refused_administrator_is_an_event_of_its_own(string problem)
    {
        service.Refusal = Problems.ByCode(problem);
        Assert.Equal(problem, (await FailAsync(OnboardingAction.Enable)).Code);
        Assert.Equal([31004, 32009], log.Ids);
        log.Entries.Clear();
        await FailAsync(OnboardingAction.Disable);
        Assert.Equal([31012, 32009, 31014], log.Ids);
    }

    [Fact]
    public async Task A_service_that_is_not_reached_leaves_the_events_for_that()
    {
        service.IsDown = true;
        Assert.Equal(Problems.ServiceUnreachable, await FailAsync(OnboardingAction.Disable));
        Assert.Equal([31012, 32013, 31014], log.Ids);
    }

    [Theory]
    [InlineData(OnboardingAction.Enable, 31004)]
    [InlineData(OnboardingAction.Disable, 31012)]
    public async Task A_decision_whose_answer_is_lost_is_not_said_to_have_failed(object action, int begun)
    {
        service.IsDeaf = true;
        var failure = await Assert.ThrowsAsync<ServiceException>(() => DecideAsync((OnboardingAction)action));
        Assert.Contains("whether it was done is not known: 'tagasi writeback status' says how it stands", failure.Message, StringComparison.Ordinal);
        Assert.Equal([begun, 5108], log.Ids);
    }

    [Fact]
    public async Task A_revoked_agent_decides_nothing()
    {
        service.Status = HttpStatusCode.Unauthorized;
        Assert.Equal(Problems.AgentUnknown, await FailAsync(OnboardingAction.Enable));
    }

    [Fact]
    public async Task No_event_holds_the_password()
    {
        await DecideAsync(OnboardingAction.Enable);
        service.Refusal = Problems.AdministratorSignInFailed;
        await FailAsync(OnboardingAction.Disable);
        Assert.All(log.Entries, entry => Assert.DoesNotContain("secret", entry.Text, StringComparison.Ordinal));
    }

    private async Task<OnboardingReply> DecideAsync(OnboardingAction action)
    {
        using var calls = new ServiceCalls(service, agent.Enrolment.Service);
        return await new AdministratorDecision(calls, agent.Enrolment, log).DecideAsync(new OnboardingRequest(action, "admin", "secret"), TestContext.Current.CancellationToken);
    }

    private async Task<Problem> FailAsync(OnboardingAction action) => (await Assert.ThrowsAsync<ServiceException>(() => DecideAsync(action))).Problem;

    private sealed class ScriptedService : HttpMessageHandler
    {
        public byte[] Key { get; set; } = [];

        public int Version { get; set; } = ProtocolVersion.Current;

        public bool IsDown { get; set; }

        /// <summary>Takes the decision, and its answer is lost.</summary>
        public bool IsDeaf { get; set; }

        public Problem? Refusal { get; set; }

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public OnboardingRequest? Request { get; private set; }

        public string? Token { get; private set; }

        public OnboardingReply Reply { get; } = new("North", true, 1, true, true, false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsDown)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
            }

            switch (request.RequestUri!.AbsolutePath)
            {
                case RelayWire.ServiceKeyPath:
                    return Json(JsonContent.Create(new ServiceKey(Key, Version), ProtocolJson.Default.ServiceKey));
                case RelayWire.ChallengePath:
                    return Json(JsonContent.Create(new Challenge("fresh", DateTimeOffset.UnixEpoch), ProtocolJson.Default.Challenge));
                default:
                    Request = await request.Content!.ReadFromJsonAsync(ProtocolJson.Default.OnboardingRequest, cancellationToken);
                    Token = request.Headers.Authorization!.Parameter;
                    return IsDeaf ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "gone") : Refusal is not null ? new(HttpStatusCode.Forbidden) { Content = new StringContent($$"""{"type":"{{Refusal.Type}}","status":403}""") }
                        : Status is not HttpStatusCode.OK ? new(Status) { Content = new StringContent("<html>") }
                        : Json(JsonContent.Create(Reply, ProtocolJson.Default.OnboardingReply));
            }
        }

        private static HttpResponseMessage Json(HttpContent content) => new(HttpStatusCode.OK) { Content = content };
    }
}
