using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;

namespace Tagasi.Cloud.Commands;

internal static class TenantCommand
{
    public static Command Create() => new("tenant", "Organisations on this service.") { CreateTenant(), ListTenants() };

    private static Command CreateTenant()
    {
        var name = new Argument<string>("name") { Description = "What the organisation is called." };
        var domains = new Option<string[]>("--domain", "-d") { Description = "A verified domain: the part of its people's user names after the @. May be given more than once.", Required = true };
        return new Command("create", "Makes a tenant.") { name, domains }.Runs(async (arguments, services, cancellation) =>
        {
            if (Array.Find(arguments.GetValue(domains)!, domain => !IsDomain(domain)) is { } wrong)
            {
                await Console.Error.WriteLineAsync($"'{wrong}' is no domain: give the part of user names after the @, such as example.com.");
                return 1;
            }

            await using var db = await services.OpenAsync(cancellation);
            var tenant = new Tenant { Name = arguments.GetValue(name)! };
            tenant.Domains.AddRange(arguments.GetValue(domains)!.Select(domain => new TenantDomain { Name = domain.ToLowerInvariant(), TenantId = tenant.Id }));
            var taken = tenant.Domains.Select(domain => domain.Name).ToList();
            if (await db.Tenants.AnyAsync(t => t.Name == tenant.Name, cancellation) || await db.Domains.AnyAsync(domain => taken.Contains(domain.Name), cancellation))
            {
                await Console.Error.WriteLineAsync("A tenant has this name or one of these domains already.");
                return 1;
            }

            db.Tenants.Add(tenant);
            await db.SaveChangesAsync(cancellation);
            await services.GetRequiredService<AuditLog>().WriteAsync(new AuditEvent { TenantId = tenant.Id, Activity = Activities.TenantCreated, IsSuccess = true, Actor = "command line" });
            Console.WriteLine($"Tenant '{tenant.Name}' made, for {string.Join(", ", taken)}. Next: tagasi-cloud admin create, agent code, and 'tagasi writeback enable' on the agent's host");
            return 0;
        });
    }

    internal static bool IsDomain(string name) => Uri.CheckHostName(name) is UriHostNameType.Dns && !name.EndsWith('.');

    private static Command ListTenants() => new Command("list", "Shows the tenants.").Runs(async (_, services, cancellation) =>
    {
        await using var db = await services.OpenAsync(cancellation);
        var table = new Table().AddColumns("name", "domains", "users", "agents");
        foreach (var tenant in await db.Tenants.Include(t => t.Domains).Where(t => t.Id != Tenant.Nobody).OrderBy(t => t.Name).ToListAsync(cancellation))
        {
            var users = await db.Users.CountAsync(user => user.TenantId == tenant.Id && user.RemovedAt == null, cancellation);
            var agents = await db.Agents.CountAsync(agent => agent.TenantId == tenant.Id && agent.RevokedAt == null, cancellation);
            table.AddRow(Markup.Escape(tenant.Name), Markup.Escape(string.Join(", ", tenant.Domains.Select(domain => domain.Name))), $"{users}", $"{agents}");
        }

        AnsiConsole.Write(table);
        return 0;
    });
}
