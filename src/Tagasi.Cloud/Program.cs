using System.CommandLine;
using Tagasi.Cloud.Commands;

// The service and its administration on the host. Everything reads one settings file.
return await new RootCommand("Tagasi's service: directory, recovery portal and relay.")
{
    ServeCommand.Create(),
    TenantCommand.Create(),
    AdministratorCommand.Create(),
    AgentCommand.Create(),
    UserCommand.Create(),
    AuditCommand.Create(),
}.Parse(args).InvokeAsync();
