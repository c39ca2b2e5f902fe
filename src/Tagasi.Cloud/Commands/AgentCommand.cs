using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Relay;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Commands;

internal static class AgentCommand
{
    public static Command Create() => new("agent", "Agents: the hosts that write to a tenant's directory.") { MakeCode(), ListAgents(), Revoke() };

    private static Command MakeCode()
    {
        var tenantName = OnHost.TenantOption();
        return new Command("code", "Makes a code that admits one agent, once, within 15 minutes. The code alone goes to standard output.") { tenantName }
            .Runs(async (arguments, services, cancellation) =>
            {
                await using var db = await services.OpenAsync(cancellation);
                if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
                {
                    return 1;
                }

                var code = await services.GetRequiredService<AgentEnrolment>().CreateCodeAsync(tenant.Id, cancellation);
                await Console.Error.WriteLineAsync($"For one agent of '{tenant.Name}', within 15 minutes. On its host: tagasi enrol, with service.address {services.GetRequiredService<CloudSettings>().Address}");
                Console.WriteLine(code.Format());
                return 0;
            });
    }

    private static Command ListAgents()
    {
        var tenantName = OnHost.TenantOption();
        return new Command("list", "Shows a tenant's agents: their versions, when they were last seen (while connected: within the last minute), the epoch that their sealing key is of, and whom they wait for: agents of a tenant must know each other (knownAgents in agent.json). The key is the one that 'tagasi enrol' printed on the agent's host.") { tenantName }
            .Runs(async (arguments, services, cancellation) =>
            {
                await using var db = await services.OpenAsync(cancellation);
                if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
                {
                    return 1;
                }

                var wanted = AgentAdmission.Wanted(services.GetRequiredService<CloudSettings>());
                var table = new Table().AddColumns("id", "host", "version", "protocol", "epoch", "key", "waits for", "last seen", "revoked");
                var agents = await db.Agents.Where(agent => agent.TenantId == tenant.Id).OrderBy(agent => agent.EnrolledAt).ToListAsync(cancellation);
                foreach (var agent in agents)
                {
                    var acquaintance = Acquaintance.Of(agent, agents.Where(other => other.RevokedAt is null));
                    var awaited = agent.RevokedAt is null && acquaintance.IsWaiting ? string.Join(", ", acquaintance.Strangers.Select(other => KeyId.Of(other.IdentityKey))) : "-";
                    table.AddRow(
                        $"{agent.Id}", Markup.Escape(agent.HostName), Markup.Escape(Version(agent, wanted)), $"{agent.ProtocolVersion}", $"{agent.SealingEpoch}",
                        KeyId.Of(agent.IdentityKey), Markup.Escape(awaited), Time(agent.LastSeenAt), Time(agent.RevokedAt));
                }

                AnsiConsole.Write(table);
                return 0;
            });
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The agent's id, from 'agent list'." };
        return new Command("revoke", "Shuts an agent out for good, within seconds.") { id }.Runs(async (arguments, services, cancellation) =>
        {
            if (!Guid.TryParse(arguments.GetValue(id), out var agentId))
            {
                await Console.Error.WriteLineAsync($"'{arguments.GetValue(id)}' is no agent's id. 'tagasi-cloud agent list --tenant T' shows them.");
                return 1;
            }

            await using var db = await services.OpenAsync(cancellation);
            var agent = await db.Agents.SingleOrDefaultAsync(candidate => candidate.Id == agentId && candidate.RevokedAt == null, cancellation);
            if (agent is null)
            {
                await Console.Error.WriteLineAsync("There is no such agent, or it was revoked before.");
                return 1;
            }

            var waiting = await FindWaitingAsync(db, agent.TenantId, cancellation);
            agent.RevokedAt = services.GetRequiredService<TimeProvider>().GetUtcNow();
            await db.SaveChangesAsync(cancellation);
            await services.GetRequiredService<AuditLog>().WriteAsync(new AuditEvent { TenantId = agent.TenantId, Activity = Activities.AgentRevoked, IsSuccess = true, Actor = "command line", AgentId = agent.Id, Detail = agent.HostName });
            Console.WriteLine($"Agent {agent.HostName} revoked.");
            var still = await FindWaitingAsync(db, agent.TenantId, cancellation);
            foreach (var other in waiting.Where(other => other.Id != agent.Id && !still.Exists(one => one.Id == other.Id)))
            {
                await Console.Error.WriteLineAsync($"Agent {other.HostName} (id {other.Id}, key {KeyId.Of(other.IdentityKey)}) waited for it, and gets requests from now on. Unless that is a host of yours, revoke it too, at once.");
            }

            return 0;
        });
    }

    private static async Task<List<Agent>> FindWaitingAsync(CloudDb db, Guid tenantId, CancellationToken cancellation)
    {
        var agents = await db.ReadAgentsAsync([tenantId], cancellation);
        return [.. agents.Where(agent => Acquaintance.Of(agent, agents).IsWaiting)];
    }

    private static string Version(Agent agent, Version wanted) => AgentAdmission.ReadVersion(agent.Version) >= wanted ? agent.Version : $"{agent.Version} (older than {wanted})";

    private static string Time(DateTimeOffset? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? "-";
}
