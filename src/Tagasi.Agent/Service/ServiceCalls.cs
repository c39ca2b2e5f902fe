using System.Net;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Onboarding;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Service;

/// <summary>The service's few plain HTTP calls; the rest goes over the relay.</summary>
internal sealed class ServiceCalls(HttpMessageHandler handler, Uri address) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient http = new(handler, disposeHandler: false) { Timeout = Timeout, MaxResponseContentBufferSize = RelayWire.MaxMessageBytes };

    /// <summary>The service's public key, as it claims.</summary>
    /// <exception cref="ServiceException">Unreachable, or it refused.</exception>
    public Task<ServiceKey> GetKeyAsync(CancellationToken cancellation) =>
        SendAsync(() => http.GetAsync(AddressOf(RelayWire.ServiceKeyPath + $"?version={ProtocolVersion.Current}"), cancellation), ProtocolJson.Default.ServiceKey);

    /// <summary>Something fresh to sign.</summary>
    /// <exception cref="ServiceException">Unreachable, or it refused.</exception>
    public Task<Challenge> GetChallengeAsync(CancellationToken cancellation) =>
        SendAsync(() => http.PostAsync(AddressOf(RelayWire.ChallengePath), null, cancellation), ProtocolJson.Default.Challenge);

    /// <summary>Shows the enrolment secret.</summary>
    /// <exception cref="ServiceException">Unreachable, or it refused.</exception>
    public Task<EnrolmentReply> EnrolAsync(EnrolmentRequest request, CancellationToken cancellation) =>
        SendAsync(() => http.PostAsJsonAsync(AddressOf(RelayWire.EnrolmentPath), request, ProtocolJson.Default.EnrolmentRequest, cancellation), ProtocolJson.Default.EnrolmentReply);

    /// <summary>An administrator decides on the tenant's writeback.</summary>
    /// <param name="proof">The agent's, over a fresh challenge (<see cref="AgentIdentity.Prove"/>).</param>
    /// <exception cref="ServiceException">Unreachable, or it refused.</exception>
    public Task<OnboardingReply> DecideAsync(OnboardingRequest request, string proof, CancellationToken cancellation) => SendAsync(
        async () =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, AddressOf(RelayWire.OnboardingPath)) { Content = JsonContent.Create(request, ProtocolJson.Default.OnboardingRequest) };
            message.Headers.Authorization = new("Bearer", proof);
            return await http.SendAsync(message, cancellation);
        },
        ProtocolJson.Default.OnboardingReply);

    /// <summary>An address below the service's own, which may itself have a path.</summary>
    public Uri AddressOf(string path) => new(address.AbsoluteUri.TrimEnd('/') + path);

    public void Dispose() => http.Dispose();

    private static async Task<T> SendAsync<T>(Func<Task<HttpResponseMessage>> send, JsonTypeInfo<T> type)
    {
        try
        {
            using var response = await send();
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response);
            }

            return await response.Content.ReadFromJsonAsync(type) ?? throw new JsonException("an empty answer");
        }
        catch (HttpRequestException e)
        {
            throw new ServiceException(Problems.ServiceUnreachable, Describe(e), e);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new ServiceException(Problems.ServiceUnreachable, $"no answer within {Timeout.TotalSeconds:0} s", e);
        }
        catch (JsonException e)
        {
            // A proxy's page, most likely, which is gone in a while: no reason to stay away for long.
            throw new ServiceException(Problems.ServiceUnreachable, "the answer is not one of this protocol; does the address lead to a Tagasi service?", e);
        }
    }

    /// <summary>What went wrong, from the outermost words to the innermost, which name the cause.</summary>
    public static string Describe(Exception e)
    {
        var what = e switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name cannot be resolved",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refused",
            _ => null,
        };
        var innermost = e.GetBaseException();
        var why = innermost is AuthenticationException && e.InnerException is AuthenticationException tls ? tls.Message : innermost.Message;
        return what is null ? why : $"{what}: {why}";
    }

    // The service answers refusals with problem details (RFC 9457) whose type names the catalogue's code.
    private static async Task<ServiceException> RefusalAsync(HttpResponseMessage response)
    {
        var detail = $"the service answered {(int)response.StatusCode} ({response.ReasonPhrase})";
        try
        {
            using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
            if (body.RootElement.ValueKind is JsonValueKind.Object && body.RootElement.TryGetProperty("type", out var type)
                && Problems.All.GetValueOrDefault(type.GetString()?.Split(':')[^1] ?? "") is { } told)
            {
                return new ServiceException(told, detail);
            }
        }
        catch (JsonException)
        {
            // Not from the service itself: a proxy's page, or another server.
        }

        var problem = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => Problems.TooManyRequests,
            HttpStatusCode.Unauthorized => Problems.AgentUnknown,
            _ => Problems.ServiceUnreachable,
        };
        return new ServiceException(problem, detail);
    }
}
