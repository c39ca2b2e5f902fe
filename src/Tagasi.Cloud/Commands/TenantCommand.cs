using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Commands;

internal static class TenantCommand
{
    public static Command Create() => new("tenant", "Organisations on this service.") { CreateTenant(), AddDomain(), RemoveDomain(), ListTenants() };

    private static Command CreateTenant()
    {
        var name = new Argument<string>("name") { Description = "What the organisation is called." };
        var domains = new Option<string[]>("--domain", "-d") { Description = "A verified domain: the part of its people's user names after the @. May be given more than once.", Required = true };
        return new Command("create", "Makes a tenant.") { name, domains }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            var tenant = new Tenant { Name = arguments.GetValue(name)! };
            if (await db.Tenants.AnyAsync(t => t.Name == tenant.Name, cancellation))
            {
                await Console.Error.WriteLineAsync($"There is a tenant '{tenant.Name}' already: 'tagasi-cloud tenant add-domain' gives it further domains.");
                return 1;
            }

            db.Tenants.Add(tenant);
            if (await TryGiveAsync(db, tenant, arguments.GetValue(domains)!, cancellation) is not { } given)
            {
                return 1;
            }

            await services.GetRequiredService<AuditLog>().WriteAsync(db, Event(tenant, Activities.TenantCreated, given));
            Console.WriteLine($"Tenant '{tenant.Name}' made, for {given}. Next: tagasi-cloud admin create, agent code, and 'tagasi writeback enable' on the agent's host");
            return 0;
        });
    }

    private static Command AddDomain()
    {
        var name = new Argument<string>("name") { Description = "The tenant's name; 'tagasi-cloud tenant list' shows those there are." };
        var domains = new Option<string[]>("--domain", "-d") { Description = "A further verified domain, such as that of a forest which was added. May be given more than once.", Required = true };
        return new Command("add-domain", "Gives a tenant a further verified domain. Writeback need not be enabled anew.") { name, domains }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(name)!, cancellation) is not { } tenant || await TryGiveAsync(db, tenant, arguments.GetValue(domains)!, cancellation) is not { } given)
            {
                return 1;
            }

            await services.GetRequiredService<AuditLog>().WriteAsync(db, Event(tenant, Activities.DomainAdded, given));
            Console.WriteLine($"'{tenant.Name}' now has {given} too. Next, for people of another AD domain: name it under 'domains' and its people under 'scope' in each agent's settings, and start the agent anew");
            return 0;
        });
    }

    private static Command RemoveDomain()
    {
        var name = new Argument<string>("name") { Description = "The tenant's name; 'tagasi-cloud tenant list' shows those there are." };
        var domain = new Option<string>("--domain", "-d") { Description = "One of the tenant's verified domains.", Required = true };
        return new Command("remove-domain", "Takes a verified domain from a tenant: people with such user names cannot recover any more, and another tenant can have it.") { name, domain }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(name)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            if (tenant.Domains.Find(one => one.Name.Equals(arguments.GetValue(domain), StringComparison.OrdinalIgnoreCase)) is not { } removed || tenant.Domains.Count == 1)
            {
                await Console.Error.WriteLineAsync($"'{tenant.Name}' has {string.Join(", ", tenant.Domains.Select(one => one.Name))}: name one of them. The last one stays.");
                return 1;
            }

            db.Domains.Remove(removed);
            await services.GetRequiredService<AuditLog>().WriteAsync(db, Event(tenant, Activities.DomainRemoved, removed.Name));
            Console.WriteLine($"'{tenant.Name}' no longer has {removed.Name}. Next, if its AD domain is served no longer: take it out of each agent's settings, then tagasi-cloud user remove");
            return 0;
        });
    }

    // Saved with the caller's entry in the audit log.
    private static async Task<string?> TryGiveAsync(CloudDb db, Tenant tenant, string[] domains, CancellationToken cancellation)
    {
        if (Array.Find(domains, domain => !IsDomain(domain)) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"'{wrong}' is no domain: give the part of user names after the @, such as example.com.");
            return null;
        }

        var names = domains.Select(domain => domain.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToList();
        if (await db.Domains.Where(domain => names.Contains(domain.Name)).Select(domain => domain.Name).FirstOrDefaultAsync(cancellation) is { } taken)
        {
            await Console.Error.WriteLineAsync($"A tenant has {taken} already: 'tagasi-cloud tenant list' shows which, and 'tagasi-cloud tenant remove-domain' takes it away.");
            return null;
        }

        db.Domains.AddRange(names.Select(domain => new TenantDomain { Name = domain, TenantId = tenant.Id }));
        return string.Join(", ", names);
    }

    private static AuditEvent Event(Tenant tenant, string activity, string domains) =>
        new() { TenantId = tenant.Id, Activity = activity, IsSuccess = true, Actor = "command line", Detail = domains };

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
