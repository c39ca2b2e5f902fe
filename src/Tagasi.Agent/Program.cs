using System.CommandLine;
using Tagasi.Agent.Commands;

return await new RootCommand("Tagasi's agent: carries out password resets in Active Directory that people ask for at the service.")
{
    CommandLine.Config,
    EnrolCommand.Create(),
    RunCommand.Create(),
    WritebackCommand.Create(),
    DoctorCommand.Create(),
    ReplicasCommand.Create(),
}.Parse(args).InvokeAsync();
