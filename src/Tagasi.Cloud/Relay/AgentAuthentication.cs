using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tagasi.Cloud.Keys;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>Challenges that agents sign: the time, sealed, good for a minute at every process that shares the keys.</summary>
internal sealed class Challenges(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("agent challenge").ToTimeLimitedDataProtector();

    public string Create() => protector.Protect(Guid.NewGuid().ToString("N"), Lifetime);

    public bool IsFresh(string challenge)
    {
        try
        {
            protector.Unprotect(challenge);
            return true;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Admits enrolled agents that are not revoked, by their signature over a fresh challenge.</summary>
internal sealed class AgentAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IDbContextFactory<CloudDb> databases, ServiceSigningKey serviceKey, Challenges challenges)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Agent";
    public const string TenantClaim = "tenant";
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            return AuthenticateResult.NoResult();
        }

        var token = header[Bearer.Length..];
        if (AgentIdentity.ClaimedAgent(token) is not { } agentId)
        {
            return AuthenticateResult.Fail("Not an agent's token.");
        }

        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var agent = await db.Agents.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Id == agentId && candidate.RevokedAt == null, Context.RequestAborted);
        if (agent is null)
        {
            return AuthenticateResult.Fail("No such agent.");
        }

        using var key = agent.ImportIdentityKey();
        if (AgentIdentity.ProvedChallenge(token, key, serviceKey.Id) is not { } challenge || !challenges.IsFresh(challenge))
        {
            return AuthenticateResult.Fail("The proof is wrong or stale.");
        }

        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, agent.Id.ToString()), new(TenantClaim, agent.TenantId.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}
