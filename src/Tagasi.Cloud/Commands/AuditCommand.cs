using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Audit;

namespace Tagasi.Cloud.Commands;

internal static class AuditCommand
{
    public static Command Create()
    {
        var tenantName = OnHost.TenantOption();
        var count = new Option<int>("--last", "-n") { Description = "How many to show.", DefaultValueFactory = _ => 50 };
        return new Command("audit", "Shows what happened in a tenant, the newest last.") { tenantName, count }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            var table = new Table().AddColumns("time", "activity", "result", "who", "whose", "problem", "detail");
            var events = await db.AuditEvents
                .Where(e => e.TenantId == tenant.Id).OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(arguments.GetValue(count))
                .Select(e => new { Event = e, Whose = db.Users.Where(user => user.Id == e.UserId && user.TenantId == tenant.Id).Select(user => user.UserPrincipalName).FirstOrDefault() })
                .ToListAsync(cancellation);
            foreach (var (e, whose) in Enumerable.Reverse(events).Select(row => (row.Event, row.Whose)))
            {
                table.AddRow(
                    e.At.ToString("u", CultureInfo.InvariantCulture), Markup.Escape(e.Activity), Result(e), Markup.Escape(e.Actor), Markup.Escape(whose ?? ""), e.Problem ?? "", Markup.Escape(e.Detail ?? ""));
            }

            AnsiConsole.Write(table);
            return 0;
        });
    }

    private static string Result(AuditEvent e) => e.IsSuccess ? "success" : e.Problem == Tagasi.Protocol.Problems.OutcomeUnknown.Code ? "unknown" : "failure";
}
