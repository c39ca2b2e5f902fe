using System.CommandLine;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;

namespace Tagasi.Cloud.Commands;

internal static class AdministratorCommand
{
    /// <summary>NIST SP 800-63B: fifteen where a password stands alone.</summary>
    private const int MinimumLength = 15;

    public static Command Create() => new("admin", "Cloud administrators: their accounts live at the service alone.") { CreateAdministrator() };

    private static Command CreateAdministrator()
    {
        var name = new Argument<string>("name") { Description = "The name that the administrator signs in with." };
        var tenantName = OnHost.TenantOption();
        return new Command("create", "Makes a cloud administrator. The password is asked for, or read from standard input; never given on the command line.") { name, tenantName }
            .Runs(async (arguments, services, cancellation) =>
            {
                await using var db = await services.OpenAsync(cancellation);
                if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
                {
                    return 1;
                }

                var password = await AdministratorPrompt.ReadPasswordAsync(cancellation);
                if (password.Length < MinimumLength)
                {
                    await Console.Error.WriteLineAsync($"The password needs at least {MinimumLength} characters.");
                    return 1;
                }

                if (!Console.IsInputRedirected && password != await AnsiConsole.PromptAsync(new TextPrompt<string>("Password, once more:") { IsSecret = true }, cancellation))
                {
                    await Console.Error.WriteLineAsync("The two passwords are not the same.");
                    return 1;
                }

                if (await db.Administrators.AnyAsync(other => other.Name == arguments.GetValue(name)!, cancellation))
                {
                    await Console.Error.WriteLineAsync("There is an administrator of this name already.");
                    return 1;
                }

                var administrator = new CloudAdministrator { TenantId = tenant.Id, Name = arguments.GetValue(name)!, PasswordHash = "" };
                administrator.PasswordHash = new PasswordHasher<CloudAdministrator>().HashPassword(administrator, password);
                db.Administrators.Add(administrator);
                await db.SaveChangesAsync(cancellation);
                await services.GetRequiredService<AuditLog>().WriteAsync(new AuditEvent
                {
                    TenantId = tenant.Id,
                    Activity = Activities.AdministratorCreated,
                    IsSuccess = true,
                    Actor = "command line",
                    Detail = administrator.Name,
                });
                Console.WriteLine($"Cloud administrator '{administrator.Name}' of tenant '{tenant.Name}' made.");
                return 0;
            });
    }
}
