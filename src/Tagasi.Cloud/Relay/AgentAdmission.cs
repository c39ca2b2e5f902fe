using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Onboarding;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Relay;

/// <summary>What becomes of a hello. Closed: switch over the nested kinds.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>The service does not work with the agent.</summary>
    /// <param name="Detail">For the administrator.</param>
    public sealed record Refused(Problem Problem, string? Detail = null) : Admission;

    /// <summary>The service works with the agent.</summary>
    /// <param name="Epoch">The tenant's epoch that its key was taken for; null: it needs another one before it gets requests, or waits.</param>
    /// <param name="Acquaintance">Where a key was brought by an agent that can know others.</param>
    public sealed record Accepted(Agent Agent, OnboardingState State, long? Epoch, Acquaintance? Acquaintance = null) : Admission;
}

/// <summary>Judges hellos: the protocol's version, the agent's own, its sealing key's signature and epoch, and whether the tenant's agents know each other.</summary>
/// <remarks>Invariants: a key is taken for one epoch, the current one at that moment, and for no other ever after; a key is the agent's own by its signature,
/// whatever the connection has passed through.</remarks>
internal sealed class AgentAdmission(IDbContextFactory<CloudDb> databases, CloudSettings settings, AuditLog audit, TimeProvider time)
{
    /// <summary>The oldest agents that work with this service at all.</summary>
    public static readonly Version Floor = new(0, 1, 0);

    private const int MaxDomains = 100;
    private const int MaxVersionLength = 100;
    private const int MaxDomainLength = 255;
    private const int MaxKnownAgents = 100;

    // It goes to the other agents with each order.
    private const int MaxStatementLength = 8 * 1024;

    public async Task<Admission> JudgeAsync(Guid agentId, AgentHello hello)
    {
        if (!ProtocolVersion.IsSupported(hello.ProtocolVersion))
        {
            return new Admission.Refused(Problems.ProtocolUnsupported, $"the agent speaks version {hello.ProtocolVersion}, this service {ProtocolVersion.Oldest} to {ProtocolVersion.Current}");
        }

        if (hello.Domains.Count is 0 or > MaxDomains || hello.Domains.Any(domain => domain.Length > MaxDomainLength || PlainText.Of(domain) != domain) || PlainText.Of(hello.AgentVersion) != hello.AgentVersion || hello.AgentVersion.Length > MaxVersionLength || !hello.SealingKey.IsSound)
        {
            return new Admission.Refused(Problems.InputInvalid);
        }

        await using var db = await databases.CreateDbContextAsync();
        if (await SeeAsync(db, agentId, hello) is not { } agent)
        {
            return new Admission.Refused(Problems.AgentUnknown);
        }

        return await FindAgeFaultAsync(db, agent) ?? await JudgeKeyAsync(db, agent, hello);
    }

    private async Task<Agent?> SeeAsync(CloudDb db, Guid agentId, AgentHello hello)
    {
        var now = time.GetUtcNow();
        await db.Agents.Where(agent => agent.Id == agentId && agent.RevokedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(agent => agent.LastSeenAt, now)
            .SetProperty(agent => agent.Version, hello.AgentVersion)
            .SetProperty(agent => agent.ProtocolVersion, hello.ProtocolVersion));
        return await db.Agents.AsNoTracking().SingleOrDefaultAsync(agent => agent.Id == agentId && agent.RevokedAt == null);
    }

    private async Task<Admission?> FindAgeFaultAsync(CloudDb db, Agent agent)
    {
        var wanted = Wanted(settings);
        return ReadVersion(agent.Version) is { } version && version >= wanted ? null : await RefuseAsync(db, agent, Problems.AgentTooOld, $"version {agent.Version} is there, {wanted} or newer is wanted");
    }

    private async Task<Admission> JudgeKeyAsync(CloudDb db, Agent agent, AgentHello hello)
    {
        var state = (await db.ReadOnboardingAsync(agent.TenantId, CancellationToken.None)).ForAgents;
        var isOfVersion1 = hello.ProtocolVersion < ProtocolVersion.Onboarding;
        var statement = isOfVersion1 ? null : ReadStatement(agent, hello);
        if (statement is not null && (state.IsEnabled ? statement.Epoch == state.Epoch : statement.Epoch >= (agent.SealingEpoch ?? 0)))
        {
            // While writeback is disabled no key is taken, but who is known may import. What was signed for an epoch before its latest is no news.
            await LearnAsync(db, agent, statement);
        }

        if (!state.IsEnabled || (!isOfVersion1 && hello.Epoch != state.Epoch))
        {
            return new Admission.Accepted(agent, state, null, state.IsEnabled || statement is null ? null : await db.FindAcquaintanceAsync(agent, CancellationToken.None));
        }

        if (!isOfVersion1 && statement is null)
        {
            return await RefuseAsync(db, agent, Problems.AgentKeyUnsigned, $"sealing key {hello.SealingKey.KeyId}");
        }

        var acquaintance = await db.FindAcquaintanceAsync(agent, CancellationToken.None);
        if (acquaintance.IsWaiting)
        {
            await NoteAsync(db, agent, Problems.AgentWaiting, "it and these do not know each other: " + string.Join(", ", acquaintance.Told!.Select(other => $"{other.HostName} (key {other.KeyId})")));
            return new Admission.Accepted(agent, state, null, acquaintance);
        }

        if (await TakeKeyAsync(db, agent.Id, hello.SealingKey.KeyId, state.Epoch, isOfVersion1))
        {
            return new Admission.Accepted(agent, state, state.Epoch, acquaintance);
        }

        var now = (await db.ReadOnboardingAsync(agent.TenantId, CancellationToken.None)).ForAgents;
        return now != state ? new Admission.Accepted(agent, now, null)
            : isOfVersion1 ? await RefuseAsync(db, agent, Problems.AgentTooOld, "writeback was enabled anew since it brought its key, and this version cannot make another: update it, or enrol it anew")
            : new Admission.Refused(Problems.InputInvalid, "its sealing key is one of an earlier epoch");
    }

    // One statement: neither a revocation nor an enabling can come between looking and taking. An agent of version 1 has one key for good,
    // which is taken for the epoch in which it is first seen, where it has shown itself to be one by its enrolment.
    private static async Task<bool> TakeKeyAsync(CloudDb db, Guid agentId, string keyId, long epoch, bool isForGood) => await db.Agents
        .Where(agent => agent.Id == agentId && agent.RevokedAt == null)
        .Where(agent => agent.SealingKeyId == keyId ? agent.SealingEpoch == epoch : !isForGood || (agent.SealingKeyId == null && agent.KnownAgents == null))
        .Where(agent => db.Tenants.Any(tenant => tenant.Id == agent.TenantId && tenant.IsWritebackEnabled && tenant.Epoch == epoch))
        .ExecuteUpdateAsync(set => set.SetProperty(agent => agent.SealingKeyId, keyId).SetProperty(agent => agent.SealingEpoch, epoch)) == 1;

    // The whole hello comes over a connection that others may end. What matters of it is in the statement.
    private static AgentStatement? ReadStatement(Agent agent, AgentHello hello)
    {
        using var identity = agent.ImportIdentityKey();
        return hello.Statement is { Length: <= MaxStatementLength } signed && AgentIdentity.ReadStatement(identity, signed) is { } statement
            && statement.SealingKey.KeyId == hello.SealingKey.KeyId && statement.Epoch == hello.Epoch
            && statement.KnownAgents.Count <= MaxKnownAgents && statement.KnownAgents.All(KeyId.IsWellFormed) ? statement : null;
    }

    private static async Task LearnAsync(CloudDb db, Agent agent, AgentStatement statement)
    {
        var known = string.Join(' ', statement.KnownAgents);
        if (known != agent.KnownAgents)
        {
            agent.KnownAgents = known;
            await db.Agents.Where(row => row.Id == agent.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.KnownAgents, known));
        }
    }

    private async Task<Admission.Refused> RefuseAsync(CloudDb db, Agent agent, Problem problem, string detail)
    {
        await NoteAsync(db, agent, problem, detail);
        return new Admission.Refused(problem, detail);
    }

    // It comes again and again: once in the audit log is enough, until something about it changes.
    private async Task NoteAsync(CloudDb db, Agent agent, Problem problem, string detail)
    {
        var last = await db.AuditEvents.Where(e => e.TenantId == agent.TenantId && e.AgentId == agent.Id).OrderByDescending(e => e.At).ThenByDescending(e => e.Id)
            .Select(e => new { e.Activity, e.Detail }).FirstOrDefaultAsync();
        if (last is null || last.Activity != Activities.AgentRefused || last.Detail != detail)
        {
            await audit.WriteAsync(new AuditEvent
            {
                TenantId = agent.TenantId,
                Activity = Activities.AgentRefused,
                IsSuccess = false,
                Actor = agent.HostName,
                AgentId = agent.Id,
                Problem = problem.Code,
                Detail = detail,
            });
        }
    }

    /// <summary>The oldest version that is taken: that of the settings, if it is newer than the floor.</summary>
    public static Version Wanted(CloudSettings settings) =>
        settings.Agents.MinimumVersion is { } minimum && ReadVersion(minimum) is { } version && version > Floor ? version : Floor;

    /// <summary>major.minor.patch; what follows a hyphen or a plus is left out. Null: it is no version, and counts as too old.</summary>
    public static Version? ReadVersion(string text)
    {
        var parts = text.Split('-', '+')[0].Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return parts.Count is 2 or 3 && parts.All(part => part >= 0) ? new Version(parts[0], parts[1], parts.ElementAtOrDefault(2)) : null;
    }
}
