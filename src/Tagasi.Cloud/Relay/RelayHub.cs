using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>Where agents connect. An agent gets requests once its hello was accepted.</summary>
internal sealed class RelayHub(ConnectedAgents connected, IDbContextFactory<CloudDb> databases, UserImport import, AuditLog audit, TimeProvider time) : Hub, IRelayMethods
{
    private const int MaxDomains = 100;

    private Guid AgentId => Guid.Parse(Context.User!.FindFirstValue(ClaimTypes.NameIdentifier)!);

    public async Task<HelloReply> Hello(AgentHello hello)
    {
        if (!ProtocolVersion.IsSupported(hello.ProtocolVersion))
        {
            return new HelloReply(false, Problems.ProtocolUnsupported.Code, time.GetUtcNow());
        }

        if (await FindAgentAsync() is not { } agent)
        {
            return new HelloReply(false, Problems.AgentUnknown.Code, time.GetUtcNow());
        }

        if (hello.Domains.Count is 0 or > MaxDomains || !hello.SealingKey.IsSound)
        {
            return new HelloReply(false, Problems.InputInvalid.Code, time.GetUtcNow());
        }

        foreach (var older in connected.All.Where(other => other.AgentId == agent.Id && other.ConnectionId != Context.ConnectionId))
        {
            // The newer connection of one agent replaces the older, which is often half open.
            connected.Remove(older.ConnectionId);
            older.Abort();
        }

        connected.Add(new ConnectedAgent(Context.ConnectionId, agent.Id, agent.TenantId, [.. hello.Domains.Select(domain => domain.ToLowerInvariant())], hello.SealingKey, hello.ProtocolVersion, Context.Abort));
        if (Context.ConnectionAborted.IsCancellationRequested)
        {
            // It went while the database was asked, and its going was told before it was here.
            connected.Remove(Context.ConnectionId);
        }

        await audit.WriteAsync(Event(agent, Activities.AgentConnected, $"version {hello.AgentVersion}, domains {string.Join(", ", hello.Domains)}"));
        return new HelloReply(true, null, time.GetUtcNow());
    }

    public async Task<int> ImportUsers(string domain, IAsyncEnumerable<ImportPage> pages)
    {
        if (connected.ByConnection(Context.ConnectionId) is not { } me || !me.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase) || await FindAgentAsync() is not { } agent)
        {
            throw new HubException(Problems.AgentUnknown.Code);
        }

        return await import.RunAsync(agent, domain.ToLowerInvariant(), pages, Context.ConnectionAborted);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (connected.Remove(Context.ConnectionId) is not null && await FindAgentAsync() is { } agent)
        {
            await audit.WriteAsync(Event(agent, Activities.AgentDisconnected, exception is null ? null : "the connection broke"));
        }

        await base.OnDisconnectedAsync(exception);
    }

    // Every call looks anew, so that a revoked agent is refused at once.
    private async Task<Agent?> FindAgentAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = time.GetUtcNow();
        await db.Agents.Where(agent => agent.Id == AgentId).ExecuteUpdateAsync(set => set.SetProperty(agent => agent.LastSeenAt, now));
        return await db.Agents.AsNoTracking().SingleOrDefaultAsync(agent => agent.Id == AgentId && agent.RevokedAt == null);
    }

    private static AuditEvent Event(Agent agent, string activity, string? detail) =>
        new() { TenantId = agent.TenantId, Activity = activity, IsSuccess = true, Actor = agent.HostName, AgentId = agent.Id, Detail = detail };
}
