using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Service;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>Enrolment: the secret goes to the service that made the code and to nobody else.</summary>
public sealed class EnrollerTests : IDisposable
{
    private static readonly Uri Address = new("https://reset.example/base/");
    private readonly ECDsa serviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ScriptedService service = new();

    public void Dispose()
    {
        serviceKey.Dispose();
        service.Dispose();
    }

    [Fact]
    public async Task An_agent_enrols_with_keys_of_its_own_and_pins_the_services()
    {
        service.Key = serviceKey.ExportSubjectPublicKeyInfo();
        var code = EnrolmentCode.Create(service.Key);
        var enrolment = await EnrolAsync(code);

        Assert.Equal(service.Key, enrolment.ServiceKey);
        Assert.Equal(service.Reply.AgentId, enrolment.AgentId);
        var request = Assert.Single(service.Requests);
        using var identity = enrolment.ImportIdentityKey();
        using var sealing = enrolment.ImportSealingKey();
        Assert.Equal(identity.ExportSubjectPublicKeyInfo(), request.IdentityKey);
        Assert.Null(request.Secret);
        Assert.Equal(EnrolmentCode.Bind(code.Verifier, request.IdentityKey), request.Binding);
        Assert.True(AgentIdentity.IsEnrolmentProof(identity, request.Binding, request.Proof));
        var sent = JsonSerializer.Serialize(request, ProtocolJson.Default.EnrolmentRequest);
        Assert.DoesNotContain(Convert.ToBase64String(code.Secret), sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(code.Verifier), sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64Url.EncodeToString(code.Verifier), sent, StringComparison.Ordinal);
        Assert.Equal(256, sealing.KeySize);
    }

    [Fact]
    public async Task The_secret_is_not_shown_to_a_service_with_another_key()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        service.Key = stranger.ExportSubjectPublicKeyInfo();
        Assert.Equal(Problems.ServiceKeyMismatch, await FailAsync(EnrolmentCode.Create(serviceKey.ExportSubjectPublicKeyInfo())));
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(1)]
    public async Task The_secret_is_not_shown_to_a_service_of_another_protocol(int version)
    {
        service.Key = serviceKey.ExportSubjectPublicKeyInfo();
        service.Version = version;
        Assert.Equal(Problems.ProtocolUnsupported, await FailAsync(EnrolmentCode.Create(service.Key)));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_used_code_is_named_as_one()
    {
        service.Key = serviceKey.ExportSubjectPublicKeyInfo();
        service.Refusal = Problems.EnrolmentCodeInvalid;
        Assert.Equal(Problems.EnrolmentCodeInvalid, await FailAsync(EnrolmentCode.Create(service.Key)));
    }

    [Fact]
    public async Task Another_server_at_the_address_is_named_as_one()
    {
        service.Key = null;
        Assert.Equal(Problems.ServiceUnreachable, await FailAsync(EnrolmentCode.Create(serviceKey.ExportSubjectPublicKeyInfo())));
    }

    private async Task<Tagasi.Agent.State.EnrolmentRecord> EnrolAsync(EnrolmentCode code)
    {
        using var calls = new ServiceCalls(service, Address);
        return await new Enroller(calls, new FakeTimeProvider()).EnrolAsync(code, Address, null, TestContext.Current.CancellationToken);
    }

    private async Task<Problem> FailAsync(EnrolmentCode code) => (await Assert.ThrowsAsync<ServiceException>(() => EnrolAsync(code))).Problem;

    private sealed class ScriptedService : HttpMessageHandler
    {
        public byte[]? Key { get; set; }

        public int Version { get; set; } = ProtocolVersion.Current;

        public Problem? Refusal { get; set; }

        public List<EnrolmentRequest> Requests { get; } = [];

        public EnrolmentReply Reply { get; } = new(Guid.NewGuid(), Guid.NewGuid(), "North");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                Assert.Equal("/base" + RelayWire.ServiceKeyPath, request.RequestUri!.AbsolutePath);
                return new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = Key is null ? new StringContent("<html>") : JsonContent.Create(new ServiceKey(Key, Version), ProtocolJson.Default.ServiceKey),
                };
            }

            Assert.Equal("/base" + RelayWire.EnrolmentPath, request.RequestUri!.AbsolutePath);
            Requests.Add((await request.Content!.ReadFromJsonAsync(ProtocolJson.Default.EnrolmentRequest, cancellationToken))!);
            return Refusal is null
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(Reply, ProtocolJson.Default.EnrolmentReply) }
                : new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent($$"""{"type":"{{Refusal.Type}}","status":403}""") };
        }
    }
}
