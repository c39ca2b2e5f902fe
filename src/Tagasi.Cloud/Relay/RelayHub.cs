using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>Where agents connect. An agent gets requests once its hello was accepted and its sealing key is of the tenant's epoch.</summary>
internal sealed class RelayHub(ConnectedAgents connected, AgentAdmission admission, IDbContextFactory<CloudDb> databases, UserImport import, AuditLog audit, TimeProvider time) : Hub, IRelayMethods
{
    private Guid AgentId => Guid.Parse(Context.User!.FindFirstValue(ClaimTypes.NameIdentifier)!);

    public async Task<HelloReply> Hello(AgentHello hello)
    {
        // What version 1 does not know it must not be sent.
        var isOfVersion1 = hello.ProtocolVersion < ProtocolVersion.Onboarding;
        switch (await admission.JudgeAsync(AgentId, hello))
        {
            case Admission.Accepted accepted:
                await JoinAsync(hello, accepted);
                return isOfVersion1 ? new HelloReply(true, null, time.GetUtcNow())
                    : new HelloReply(true, null, time.GetUtcNow(), accepted.State, null, accepted.Acquaintance?.IsWaiting, accepted.Acquaintance?.Told);
            case Admission.Refused(var problem, var detail):
                if (problem != Problems.AgentUnknown)
                {
                    connected.Remove(Context.ConnectionId);
                }

                // Who was revoked stays where AgentWatch finds and cuts it.
                return new HelloReply(false, problem.Code, time.GetUtcNow(), null, isOfVersion1 ? null : detail);
            default:
                throw new InvalidOperationException("An admission of no kind.");
        }
    }

    public Task<string> BeginImport()
    {
        var fresh = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        connected.ByConnection(Context.ConnectionId)?.Import = fresh;
        return Task.FromResult(fresh);
    }

    public async Task<int> ImportUsers(string domain, IAsyncEnumerable<ImportPage> pages)
    {
        if (connected.ByConnection(Context.ConnectionId) is not { } me || !me.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase) || await FindAgentAsync() is not { } agent)
        {
            throw new HubException(Problems.AgentUnknown.Code);
        }

        // Whom the tenant's other agents do not know must not say where people's codes go, whether or not it has brought a key.
        if (await IsWaitingAsync(agent))
        {
            throw new HubException($"{Problems.AgentWaiting.Code}: {Problems.AgentWaiting.Remedy}");
        }

        var begun = me.Import;
        me.Import = null;
        return await import.RunAsync(agent, domain.ToLowerInvariant(), SignedImport.OpenAsync(agent, domain, begun, pages), Context.ConnectionAborted);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (connected.Remove(Context.ConnectionId) is not null && await FindAgentAsync() is { } agent)
        {
            await audit.WriteAsync(Event(agent, Activities.AgentDisconnected, exception is null ? null : "the connection broke"));
        }

        await base.OnDisconnectedAsync(exception);
    }

    private async Task JoinAsync(AgentHello hello, Admission.Accepted accepted)
    {
        // A connection that is gone already must not throw out the one that came after it.
        if (Context.ConnectionAborted.IsCancellationRequested)
        {
            return;
        }

        var agent = accepted.Agent;
        var newcomer = new ConnectedAgent(Context.ConnectionId, agent.Id, agent.TenantId, [.. hello.Domains.Select(domain => domain.ToLowerInvariant())], hello.ProtocolVersion, agent.IdentityKey, Context.Abort)
        {
            SealingKey = hello.SealingKey,
            Told = accepted.State,
        };
        var me = connected.GetOrAdd(newcomer);
        me.Told = accepted.State;
        if (accepted.Epoch is { } epoch)
        {
            me.Take(hello.SealingKey, hello.Statement, epoch);
        }
        else if (accepted.Acquaintance is { } acquaintance)
        {
            Action wait = acquaintance.IsWaiting ? me.Wait : me.StopWaiting;
            wait();
        }

        if (ReferenceEquals(me, newcomer))
        {
            await WelcomeAsync(hello, agent);
        }
    }

    private async Task WelcomeAsync(AgentHello hello, Agent agent)
    {
        foreach (var older in connected.All.Where(other => other.AgentId == agent.Id && other.ConnectionId != Context.ConnectionId))
        {
            // The newer connection of one agent replaces the older, which is often half open.
            connected.Remove(older.ConnectionId);
            older.Abort();
        }

        if (Context.ConnectionAborted.IsCancellationRequested)
        {
            // It went while the database was asked, and its going was told before it was here.
            connected.Remove(Context.ConnectionId);
        }

        await audit.WriteAsync(Event(agent, Activities.AgentConnected, $"version {hello.AgentVersion}, protocol {hello.ProtocolVersion}, domains {string.Join(", ", hello.Domains)}"));
    }

    private async Task<bool> IsWaitingAsync(Agent agent)
    {
        await using var db = await databases.CreateDbContextAsync();
        return (await db.FindAcquaintanceAsync(agent, Context.ConnectionAborted)).IsWaiting;
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
