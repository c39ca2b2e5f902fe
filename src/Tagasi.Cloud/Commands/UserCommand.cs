using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Audit;

namespace Tagasi.Cloud.Commands;

internal static class UserCommand
{
    public static Command Create() => new("user", "The people of a tenant, as imported.") { ListUsers(), RemoveUsers() };

    private static Command RemoveUsers()
    {
        var tenantName = OnHost.TenantOption();
        var domain = new Option<string>("--domain", "-d") { Description = "DNS name of the AD domain, as 'user list' shows it.", Required = true };
        return new Command("remove", "Removes the users that came from an AD domain which no agent serves any more. An import brings back whom it still finds.") { tenantName, domain }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            var (from, now) = (arguments.GetValue(domain)!.ToLowerInvariant(), services.GetRequiredService<TimeProvider>().GetUtcNow());
            var removed = await db.Users.Where(user => user.TenantId == tenant.Id && user.Domain == from && user.RemovedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(user => user.RemovedAt, now), cancellation);
            if (removed == 0)
            {
                await Console.Error.WriteLineAsync($"'{tenant.Name}' has no users from {from}. 'tagasi-cloud user list' shows the domains.");
                return 1;
            }

            await services.GetRequiredService<AuditLog>().WriteAsync(new AuditEvent { TenantId = tenant.Id, Activity = Activities.UsersRemoved, IsSuccess = true, Actor = "command line", Detail = $"{removed} of {from}" });
            Console.WriteLine($"{removed} users of {from} removed");
            return 0;
        });
    }

    private static Command ListUsers()
    {
        var tenantName = OnHost.TenantOption();
        var count = new Option<int>("--first", "-n") { Description = "How many to show.", DefaultValueFactory = _ => 50 };
        return new Command("list", "Shows a tenant's users.") { tenantName, count }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            var present = db.Users.Where(user => user.TenantId == tenant.Id && user.RemovedAt == null);
            var table = new Table().AddColumns("user principal name", "name", "domain", "recovery address", "enabled");
            foreach (var user in await present.OrderBy(user => user.UserPrincipalNameKey).Take(arguments.GetValue(count)).ToListAsync(cancellation))
            {
                table.AddRow(Markup.Escape(user.UserPrincipalName), Markup.Escape(user.DisplayName), Markup.Escape(user.Domain), user.RecoveryMail is null ? "none" : "yes", user.IsEnabled ? "yes" : "no");
            }

            AnsiConsole.Write(table);
            Console.WriteLine($"{await present.CountAsync(cancellation)} users");
            return 0;
        });
    }
}
