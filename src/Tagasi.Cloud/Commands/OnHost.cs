using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Commands;

/// <summary>Commands that work on the service's database, beside the running service or without it.</summary>
internal static class OnHost
{
    public static Option<string> TenantOption() => new("--tenant", "-t") { Description = "The tenant's name; 'tagasi-cloud tenant list' shows those there are.", Required = true };

    /// <summary>Gives a command the service's parts, and its exit code the way to the shell.</summary>
    public static Command Runs(this Command command, Func<ParseResult, IServiceProvider, CancellationToken, Task<int>> act)
    {
        command.SetAction(async (arguments, cancellation) =>
        {
            if (SettingsOption.Read(arguments.GetRequiredValue(SettingsOption.Config)) is not { } settings)
            {
                return 2;
            }

            await using var app = ServiceHost.Build(settings, builder => builder.Logging.SetMinimumLevel(LogLevel.Error));
            await app.Services.PrepareStorageAsync(cancellation);
            return await act(arguments, app.Services, cancellation);
        });
        return command;
    }

    public static Task<CloudDb> OpenAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(cancellation);

    /// <summary>The tenant of that name; null after saying that there is none.</summary>
    public static async Task<Tenant?> FindTenantAsync(this CloudDb db, string name, CancellationToken cancellation)
    {
        var tenant = await db.Tenants.Include(t => t.Domains).SingleOrDefaultAsync(t => t.Name == name && t.Id != Tenant.Nobody, cancellation);
        if (tenant is null)
        {
            await Console.Error.WriteLineAsync($"There is no tenant '{name}'. 'tagasi-cloud tenant list' shows those there are.");
        }

        return tenant;
    }
}
