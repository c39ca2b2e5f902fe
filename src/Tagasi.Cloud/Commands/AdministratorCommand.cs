using System.CommandLine;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Commands;

internal static class AdministratorCommand
{
    /// <summary>NIST SP 800-63B: fifteen where a password stands alone.</summary>
    private const int MinimumLength = 15;

    public static Command Create() =>
        new("admin", "Cloud administrators: their accounts live at the service alone.") { CreateAdministrator(), ListAdministrators(), SetPassword(), Remove() };

    private static Command CreateAdministrator()
    {
        var name = new Argument<string>("name") { Description = "The name that the administrator signs in with." };
        var tenantName = OnHost.TenantOption();
        return new Command("create", "Makes a cloud administrator. The password is asked for, or read from standard input; never given on the command line.") { name, tenantName }
            .Runs(async (arguments, services, cancellation) =>
            {
                await using var db = await services.OpenAsync(cancellation);
                if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant || await ReadNewPasswordAsync(cancellation) is not { } password)
                {
                    return 1;
                }

                if (await db.Administrators.AnyAsync(other => other.Name == arguments.GetValue(name)!, cancellation))
                {
                    await Console.Error.WriteLineAsync("There is an administrator of this name already.");
                    return 1;
                }

                var administrator = new CloudAdministrator { TenantId = tenant.Id, Name = arguments.GetValue(name)!, PasswordHash = "" };
                administrator.PasswordHash = Hash(administrator, password);
                db.Administrators.Add(administrator);
                await services.GetRequiredService<AuditLog>().WriteAsync(db, Event(administrator, Activities.AdministratorCreated));
                Console.WriteLine($"Cloud administrator '{administrator.Name}' of tenant '{tenant.Name}' made.");
                return 0;
            });
    }

    private static Command ListAdministrators()
    {
        var tenantName = OnHost.TenantOption();
        return new Command("list", "Shows a tenant's cloud administrators.") { tenantName }
            .Runs(async (arguments, services, cancellation) =>
            {
                await using var db = await services.OpenAsync(cancellation);
                if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
                {
                    return 1;
                }

                foreach (var name in await db.Administrators.Where(one => one.TenantId == tenant.Id).OrderBy(one => one.Name).Select(one => one.Name).ToListAsync(cancellation))
                {
                    Console.WriteLine(name);
                }

                return 0;
            });
    }

    private static Command SetPassword() => ForOne(
        "password", "Sets a cloud administrator's password, asked for or read from standard input. Whoever is signed in with the former one is signed out.",
        async (db, audit, administrator, cancellation) =>
        {
            if (await ReadNewPasswordAsync(cancellation) is not { } password)
            {
                return 1;
            }

            administrator.PasswordHash = Hash(administrator, password);
            await audit.WriteAsync(db, Event(administrator, Activities.AdministratorPasswordSet));
            Console.WriteLine($"The password of '{administrator.Name}' is set.");
            return 0;
        });

    private static Command Remove() => ForOne(
        "remove", "Removes a cloud administrator, who is signed out at once.",
        async (db, audit, administrator, _) =>
        {
            db.Administrators.Remove(administrator);
            await audit.WriteAsync(db, Event(administrator, Activities.AdministratorRemoved));
            Console.WriteLine($"Cloud administrator '{administrator.Name}' removed.");
            return 0;
        });

    private static Command ForOne(string verb, string description, Func<CloudDb, AuditLog, CloudAdministrator, CancellationToken, Task<int>> act)
    {
        var name = new Argument<string>("name") { Description = "The administrator's name; 'admin list' shows them." };
        var tenantName = OnHost.TenantOption();
        return new Command(verb, description) { name, tenantName }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            if (await db.Administrators.SingleOrDefaultAsync(one => one.TenantId == tenant.Id && one.Name == arguments.GetValue(name)!, cancellation) is not { } administrator)
            {
                await Console.Error.WriteLineAsync($"The tenant '{tenant.Name}' has no administrator of this name. 'tagasi-cloud admin list' shows them.");
                return 1;
            }

            return await act(db, services.GetRequiredService<AuditLog>(), administrator, cancellation);
        });
    }

    private static async Task<string?> ReadNewPasswordAsync(CancellationToken cancellation)
    {
        var password = await AdministratorPrompt.ReadPasswordAsync(cancellation);
        if (password.Length < MinimumLength)
        {
            await Console.Error.WriteLineAsync($"The password needs at least {MinimumLength} characters.");
            return null;
        }

        if (!Console.IsInputRedirected && password != await AnsiConsole.PromptAsync(new TextPrompt<string>("Password, once more:").Secret(), cancellation))
        {
            await Console.Error.WriteLineAsync("The two passwords are not the same.");
            return null;
        }

        return password;
    }

    private static string Hash(CloudAdministrator administrator, string password) => new PasswordHasher<CloudAdministrator>().HashPassword(administrator, password);

    private static AuditEvent Event(CloudAdministrator administrator, string activity) => new()
    {
        TenantId = administrator.TenantId,
        Activity = activity,
        IsSuccess = true,
        Actor = "command line",
        Detail = administrator.Name,
    };
}
