using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace Tagasi.Cloud.Commands;

internal static class UserCommand
{
    public static Command Create() => new("user", "The people of a tenant, as imported.") { ListUsers() };

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
