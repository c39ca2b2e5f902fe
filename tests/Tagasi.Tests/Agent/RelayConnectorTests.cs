using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>The connection to the relay, over real TLS and WebSockets.</summary>
public sealed class RelayConnectorTests : IAsyncLifetime
{
    private readonly ScriptedAgent agent = new();
    private readonly ECDsa identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa serviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Guid agentId = Guid.NewGuid();
    private ScriptedRelay relay = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => relay = await ScriptedRelay.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await relay.DisposeAsync();
        agent.Dispose();
        identity.Dispose();
        serviceKey.Dispose();
    }

    [Fact]
    public async Task An_agent_proves_itself_over_the_fresh_challenge_and_carries_out_orders()
    {
        relay.State.Admits = header => AgentIdentity.ProvedChallenge(header["Bearer ".Length..], identity, KeyId.Of(serviceKey)) == "fresh" && AgentIdentity.ClaimedAgent(header["Bearer ".Length..]) == agentId;
        await using var connection = await ConnectAsync(relay.Authority);
        var answer = await Client().InvokeAsync<string>(nameof(IAgentMethods.CarryOut), agent.Order(), Cancellation);
        Assert.Equal(Outcome.Applied, agent.Read(answer).Outcome);
    }

    [Fact]
    public async Task Through_a_proxy_it_goes_as_without_one_and_the_proxy_sees_nothing_but_TLS()
    {
        using var proxy = new TunnelProxy();
        await using var connection = await ConnectAsync(relay.Authority, proxy.Address);
        var answer = await Client().InvokeAsync<string>(nameof(IAgentMethods.CarryOut), agent.Order(), Cancellation);
        Assert.Equal(Outcome.Applied, agent.Read(answer).Outcome);
        Assert.All(proxy.Tunnels, target => Assert.Equal(relay.ProxiedAddress.Authority, target));
        Assert.Equal(TunnelProxy.TlsHandshake, proxy.FirstOctets.Distinct().Single());
    }

    [Theory]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("403 Forbidden")]
    public async Task A_proxy_that_refuses_is_told_from_a_service_that_does(string status)
    {
        using var proxy = new TunnelProxy(status);
        var refusal = await Assert.ThrowsAsync<ServiceException>(() => ConnectAsync(relay.Authority, proxy.Address));
        Assert.Equal(Problems.ServiceUnreachable, refusal.Problem);
        Assert.StartsWith("the proxy refused", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains(status[..3], refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_write_holds_up_nobody_else()
    {
        var written = new TaskCompletionSource();
        agent.Directory.WriteGate = written.Task;
        await using var connection = await ConnectAsync(relay.Authority);
        var slow = Client().InvokeAsync<string>(nameof(IAgentMethods.CarryOut), agent.Order(), Cancellation);
        var reply = await Client().InvokeAsync<PreflightReply>(nameof(IAgentMethods.Preflight), new PreflightRequest(ScriptedAgent.Domain, agent.Directory.ObjectGuid), Cancellation);
        Assert.Null(reply.Problem);
        Assert.False(slow.IsCompleted);
        written.SetResult();
        Assert.Equal(Outcome.Applied, agent.Read(await slow).Outcome);
    }

    [Fact]
    public async Task A_revoked_agent_is_told_so()
    {
        relay.State.Admits = _ => false;
        var refusal = await Assert.ThrowsAsync<ServiceException>(() => ConnectAsync(relay.Authority));
        Assert.Equal(Problems.AgentUnknown, refusal.Problem);
    }

    [Fact]
    public async Task A_service_with_a_certificate_of_another_authority_is_not_spoken_to()
    {
        var refusal = await Assert.ThrowsAsync<ServiceException>(() => ConnectAsync(authority: null));
        Assert.Equal(Problems.ServiceUnreachable, refusal.Problem);
        Assert.Contains("certificate", refusal.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.False(relay.State.Connected.Task.IsCompleted);
    }

    [Theory]
    [InlineData("hello\u001e")]
    [InlineData("{\"error\":\"not now\"}\u001e")]
    [InlineData("")]
    public async Task A_relay_that_answers_the_handshake_with_something_else_is_tried_again_and_does_not_end_the_agent(string answer)
    {
        relay.State.Instead = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, Cancellation);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
        };
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ConnectAsync(relay.Authority));
        Assert.Equal(Problems.ServiceUnreachable, failure.Problem);
    }

    [Fact]
    public async Task A_message_over_the_limit_ends_the_connection_before_it_is_whole()
    {
        await using var connection = await ConnectAsync(relay.Authority);
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += e =>
        {
            closed.SetResult(e);
            return Task.CompletedTask;
        };
        var sending = Client().SendAsync(nameof(IAgentMethods.Resolve), new ResolveRequest(new string('a', 64 * RelayWire.MaxMessageBytes)), Cancellation);
        Assert.Contains("256 KiB", (await closed.Task)?.Message, StringComparison.Ordinal);
        await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task A_message_just_under_the_limit_is_read()
    {
        await using var connection = await ConnectAsync(relay.Authority);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = connection.On<string>("Hear", heard.SetResult);
        await Client().SendAsync("Hear", new string('a', RelayWire.MaxMessageBytes - 1024), Cancellation);
        Assert.Equal(RelayWire.MaxMessageBytes - 1024, (await heard.Task).Length);
    }

    [Fact]
    public async Task A_handshake_without_an_end_is_cut_off()
    {
        var sent = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        relay.State.Instead = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var count = 0L;
            try
            {
                for (var part = new byte[16 * 1024]; ; count += part.Length)
                {
                    await socket.SendAsync(part, WebSocketMessageType.Text, true, context.RequestAborted);
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                sent.SetResult(count);
            }
        };
        Assert.Equal(Problems.ServiceUnreachable, (await Assert.ThrowsAsync<ServiceException>(() => ConnectAsync(relay.Authority))).Problem);
        Assert.True(await sent.Task >= RelayWire.MaxMessageBytes);
    }

    [Fact]
    public async Task A_relay_that_never_opens_the_socket_is_given_up_and_tried_again()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        relay.State.Instead = async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var connecting = ConnectAsync(relay.Authority);
        await arrived.Task;
        agent.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(Problems.ServiceUnreachable, (await Assert.ThrowsAsync<ServiceException>(() => connecting)).Problem);
    }

    private ISingleClientProxy Client() => relay.Hub.Clients.Client(relay.State.Connected.Task.Result);

    private async Task<HubConnection> ConnectAsync(string? authority, Uri? proxy = null)
    {
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var address = proxy is null ? relay.Address : relay.ProxiedAddress;
        var enrolment = new EnrolmentRecord(
            agentId, agent.TenantId, "North", address, serviceKey.ExportSubjectPublicKeyInfo(), identity.ExportPkcs8PrivateKey(), sealing.ExportPkcs8PrivateKey(), DateTimeOffset.UnixEpoch);
        var settings = new ServiceSettings { Address = address, Authority = authority, Proxy = proxy };
        var handler = ServiceHttp.CreateHandler(settings);
        var connector = new RelayConnector(handler, new ServiceCalls(handler, address), enrolment, agent.Runner, agent.Preflight, NullLoggerFactory.Instance);
        var connection = await connector.ConnectAsync(agent.Time, Cancellation);
        await relay.State.Connected.Task;
        return connection;
    }
}
