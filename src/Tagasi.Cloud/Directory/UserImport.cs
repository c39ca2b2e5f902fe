using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Enrolment;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Directory;

/// <summary>A plain full import: users are matched by source anchor; who is no longer there is marked as removed.</summary>
/// <remarks>Only a stream that came whole removes anybody, and one that brought nobody removes nobody.</remarks>
internal sealed class UserImport(IDbContextFactory<CloudDb> databases, TimeProvider time, AuditLog audit)
{
    private const int MostSuffixes = 1000;

    // Two imports of one domain at a time would each take the other's users for gone.
    private readonly ConcurrentDictionary<(Guid Tenant, string Domain), SemaphoreSlim> turns = new();

    /// <returns>How many users the tenant has in the domain afterwards.</returns>
    public async Task<int> RunAsync(Agent agent, string domain, IAsyncEnumerable<IReadOnlyList<ImportedUser>> pages, CancellationToken cancellation)
    {
        var turn = turns.GetOrAdd((agent.TenantId, domain), _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            return await ImportAsync(agent, domain, pages, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<int> ImportAsync(Agent agent, string domain, IAsyncEnumerable<IReadOnlyList<ImportedUser>> pages, CancellationToken cancellation)
    {
        var began = time.GetUtcNow();
        var strays = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        await foreach (var users in pages.WithCancellation(cancellation))
        {
            await UpsertAsync(agent.TenantId, domain, users, began, cancellation);
            foreach (var (suffix, count) in users.CountBy(user => user.UserPrincipalName[(user.UserPrincipalName.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase))
            {
                // Whoever sends ever new ones must not fill the service's memory.
                var known = strays.Count < MostSuffixes || strays.ContainsKey(suffix) ? suffix : "others";
                strays[known] = strays.GetValueOrDefault(known) + count;
            }
        }

        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var verified in await db.Domains.Where(one => one.TenantId == agent.TenantId).Select(one => one.Name).ToListAsync(cancellation))
        {
            strays.Remove(verified);
        }

        var present = db.Users.Where(user => user.TenantId == agent.TenantId && user.Domain == domain && user.RemovedAt == null);
        var seen = await present.CountAsync(user => user.ImportedAt >= began, cancellation);
        var removed = seen == 0 ? 0 : await present.Where(user => user.ImportedAt < began)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.RemovedAt, began), cancellation);

        await audit.WriteAsync(new AuditEvent
        {
            TenantId = agent.TenantId,
            Activity = Activities.Import,
            IsSuccess = true,
            Actor = agent.HostName,
            AgentId = agent.Id,
            Detail = $"{domain}: {seen} users, {removed} removed{Tell(strays)}",
        });
        return seen;
    }

    // They are imported, but no recovery can begin for them.
    private static string Tell(IReadOnlyDictionary<string, int> strays) => strays.Count == 0 ? ""
        : $"; {strays.Values.Sum()} have user names under {string.Join(", ", strays.OrderByDescending(one => one.Value).Take(3).Select(one => one.Key))}{(strays.Count > 3 ? " and others" : "")}, which the tenant does not have (tagasi-cloud tenant add-domain)";

    private async Task UpsertAsync(Guid tenantId, string domain, IReadOnlyList<ImportedUser> users, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var anchors = users.Select(user => user.ObjectGuid).ToList();
        var known = await db.Users.Where(user => user.TenantId == tenantId && anchors.Contains(user.SourceAnchor)).ToDictionaryAsync(user => user.SourceAnchor, cancellation);
        foreach (var imported in users)
        {
            if (!known.TryGetValue(imported.ObjectGuid, out var user))
            {
                user = new User { TenantId = tenantId, SourceAnchor = imported.ObjectGuid, Domain = domain, UserPrincipalName = "", UserPrincipalNameKey = "", SamAccountName = "", DisplayName = "" };
                db.Users.Add(user);
                known.Add(imported.ObjectGuid, user);
            }

            user.Domain = domain;
            user.UserPrincipalName = PlainText.Of(imported.UserPrincipalName);
            user.UserPrincipalNameKey = User.NameKey(user.UserPrincipalName);
            user.SamAccountName = imported.SamAccountName;
            user.DisplayName = PlainText.Of(imported.DisplayName);
            user.Mail = imported.Mail;
            user.RecoveryMail = imported.RecoveryMail;
            user.IsEnabled = imported.IsEnabled;
            user.ImportedAt = now;
            user.RemovedAt = null;
        }

        await db.SaveChangesAsync(cancellation);
    }
}
