using System.CommandLine;
using Tagasi.Cloud;
using Tagasi.Cloud.Commands;

if (Console.IsOutputRedirected)
{
    // A table for another program to read has its rows on one line each.
    Spectre.Console.AnsiConsole.Profile.Width = 500;
}

// The service and its administration on the host. Everything reads one settings file.
return await new RootCommand("Tagasi's service: directory, recovery portal and relay.")
{
    SettingsOption.Config,
    ServeCommand.Create(),
    TenantCommand.Create(),
    AdministratorCommand.Create(),
    AgentCommand.Create(),
    WritebackCommand.Create(),
    UserCommand.Create(),
    AuditCommand.Create(),
}.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = ServiceHost.StopsWithin + TimeSpan.FromSeconds(2) });
