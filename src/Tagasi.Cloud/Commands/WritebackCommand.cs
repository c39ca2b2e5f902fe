using System.CommandLine;
using Tagasi.Cloud.Onboarding;

namespace Tagasi.Cloud.Commands;

/// <summary>Onboarding from the service's own host: the administrator is asked for too, so that the audit log says who it was.</summary>
internal static class WritebackCommand
{
    private const string On = "on";
    private const string Off = "off";

    public static Command Create() => new("writeback", "Whether passwords are written back for a tenant.")
    {
        Decides("enable", "Enables writeback in a new epoch", OnboardingTexts.NewKeys, (onboarding, asker, cancellation) => onboarding.EnableAsync(asker, cancellation)),
        Decides("disable", "Disables writeback", OnboardingTexts.Ended, (onboarding, asker, cancellation) => onboarding.DisableAsync(asker, cancellation)),
        Show(),
        Set(),
    };

    private static Command Decides(string name, string what, string said, Func<TenantOnboarding, Asker, CancellationToken, Task<Decision>> decide)
    {
        var (tenant, administrator) = (OnHost.TenantOption(), AdministratorPrompt.NameOption());
        return new Command(name, $"{what}: {said}. Asks for an administrator of the tenant.") { tenant, administrator }.Runs((arguments, services, cancellation) => RunAsync(
            services, arguments.GetValue(tenant)!, arguments.GetValue(administrator), asker => decide(services.GetRequiredService<TenantOnboarding>(), asker, cancellation), said, cancellation));
    }

    private static Command Show()
    {
        var tenantName = OnHost.TenantOption();
        return new Command("status", "Shows whether writeback is enabled, in which epoch, and the toggles.") { tenantName }.Runs(async (arguments, services, cancellation) =>
        {
            await using var db = await services.OpenAsync(cancellation);
            if (await db.FindTenantAsync(arguments.GetValue(tenantName)!, cancellation) is not { } tenant)
            {
                return 1;
            }

            Console.WriteLine($"{tenant.Name}: {OnboardingTexts.Describe(await db.ReadOnboardingAsync(tenant.Id, cancellation))}");
            return 0;
        });
    }

    private static Command Set()
    {
        var (tenant, administrator) = (OnHost.TenantOption(), AdministratorPrompt.NameOption());
        var passwords = Toggle("--write-back-passwords", "Whether passwords are written back. Off stops everything for a while; nothing has to be enabled anew.");
        var unlock = Toggle("--unlock-without-reset", "Whether people may unlock their account and keep their password.");
        var command = new Command("set", "Sets toggles that take effect at once, without the agents. Asks for an administrator of the tenant.") { tenant, administrator, passwords, unlock };
        command.Validators.Add(given =>
        {
            if (given.GetValue(passwords) is null && given.GetValue(unlock) is null)
            {
                given.AddError($"Nothing to set: give {passwords.Name} or {unlock.Name}, on or off.");
            }
        });
        return command
            .Runs((arguments, services, cancellation) => RunAsync(
                services,
                arguments.GetValue(tenant)!,
                arguments.GetValue(administrator),
                asker => services.GetRequiredService<TenantOnboarding>().SetAsync(asker, Read(arguments.GetValue(passwords)), Read(arguments.GetValue(unlock)), cancellation),
                null,
                cancellation));
    }

    private static Option<string?> Toggle(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(On, Off);
        return option;
    }

    private static bool? Read(string? toggle) => toggle is null ? null : toggle == On;

    private static async Task<int> RunAsync(IServiceProvider services, string tenantName, string? administrator, Func<Asker, Task<Decision>> decide, string? said, CancellationToken cancellation)
    {
        await using var db = await services.OpenAsync(cancellation);
        if (await db.FindTenantAsync(tenantName, cancellation) is not { } tenant)
        {
            return 1;
        }

        var name = await AdministratorPrompt.ReadNameAsync(administrator, cancellation);
        var decision = await decide(new Asker(tenant.Id, name, await AdministratorPrompt.ReadPasswordAsync(cancellation), null));
        if (decision.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync($"{problem.Code}: {problem.Text} {problem.Remedy}");
            return 1;
        }

        Console.WriteLine($"{tenant.Name}: {(decision.IsChanged ? "" : "nothing to change, ")}{OnboardingTexts.Describe(decision.State!)}");
        if (decision.IsChanged && said is not null)
        {
            Console.WriteLine($"From now on {said}.");
        }

        return 0;
    }
}
