using System.CommandLine;
using Tagasi.Agent.Commands;
using Tagasi.Agent.Hosting;

// Before anything is read: every command handles a password, a code or a key.
CoreDumps.Disable();
return await new RootCommand("Tagasi's agent: carries out password resets in Active Directory that people ask for at the service.")
{
    CommandLine.Config,
    EnrolCommand.Create(),
    RunCommand.Create(),
    WritebackCommand.Create(),
    DoctorCommand.Create(),
    ReplicasCommand.Create(),
}.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = AgentHost.StopsWithin + TimeSpan.FromSeconds(2) });
