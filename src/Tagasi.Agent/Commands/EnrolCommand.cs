using System.CommandLine;
using Spectre.Console;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Enrolment;

namespace Tagasi.Agent.Commands;

/// <summary>tagasi enrol</summary>
internal static class EnrolCommand
{
    private const string FromInput = "-";

    public static Command Create()
    {
        var code = new Option<string?>("--code")
        {
            Description = "The one-time code, made at the service with 'tagasi-cloud agent code'; '-' reads it from standard input. Without this option it is asked for.",
            HelpName = "CODE",
        };
        var replace = new Option<bool>("--replace") { Description = "Enrol anew although this host is enrolled: with new keys, as a new agent. The service revokes the one that it was." };
        var command = new Command("enrol", "Admit this host to a tenant. Makes the agent's keys here and pins the service's key.") { code, replace };
        command.SetAction((parsed, cancellation) => CommandLine.RunAsync(
            () => RunAsync(parsed.GetRequiredValue(CommandLine.Config), parsed.GetValue(code), parsed.GetValue(replace), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string config, string? given, bool replace, CancellationToken cancellation)
    {
        var settings = SettingsFile.Read(config, withSecrets: false);
        // Looked at before the folder is taken too: an agent that runs has it, and that this host is enrolled is the better answer.
        if (!replace && StateFolder.ReadEnrolment(settings.StateFolder) is { } running)
        {
            return await SayEnrolledAsync(running);
        }

        using var state = StateFolder.Take(settings.StateFolder);
        if (!replace && StateFolder.ReadEnrolment(state.Path) is { } existing)
        {
            return await SayEnrolledAsync(existing);
        }

        if (EnrolmentCode.Parse(await ReadCodeAsync(given, cancellation)) is not { } code)
        {
            await Console.Error.WriteLineAsync("This is no enrolment code: 13 groups of four characters.");
            return CommandLine.Failure;
        }

        BeginJournal(state);
        using var handler = ServiceHttp.CreateHandler(settings.Service!);
        using var service = new ServiceCalls(handler, settings.Service!.Address!);
        var enrolment = await new Enroller(service, TimeProvider.System).EnrolAsync(code, settings.Service.Address!, FormerOf(state), cancellation);
        state.Write(enrolment);
        Console.WriteLine($"Enrolled as agent {enrolment.AgentId} of {enrolment.TenantName}.");
        Console.WriteLine($"Agent key:   {enrolment.IdentityKeyId()}   compare it with the one that the service shows for this agent");
        Console.WriteLine($"Service key: {KeyId.Of(enrolment.ServiceKey)}");
        Console.WriteLine("If the tenant has other agents: put this agent's key into knownAgents of their agent.json, theirs into this host's, and restart them.");
        Console.WriteLine("Next: 'tagasi doctor', start the agent, and once 'tagasi writeback enable'.");
        return CommandLine.Success;
    }

    // Before the code is used up. One that is missing later was lost, and the agent then knows that it has forgotten.
    private static void BeginJournal(StateFolder state)
    {
        if (!File.Exists(state.JournalPath))
        {
            try
            {
                using var file = new JournalFile(state.JournalPath);
                WritebackJournal.Begin(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StateFolderException($"The journal cannot be made: {e.Message} Free space in the state folder, or mend its disk; the code is still good.");
            }
        }
    }

    // An enrolment that is damaged must not stand in the way of a new one. The administrator then revokes what it was.
    private static EnrolmentRecord? FormerOf(StateFolder state)
    {
        try
        {
            return StateFolder.ReadEnrolment(state.Path);
        }
        catch (StateFolderException)
        {
            return null;
        }
    }

    private static async Task<int> SayEnrolledAsync(EnrolmentRecord existing)
    {
        await Console.Error.WriteLineAsync($"This host is enrolled already, as {existing}. To enrol it anew, stop the agent if it runs, then: tagasi enrol --replace.");
        return CommandLine.Failure;
    }

    private static async Task<string> ReadCodeAsync(string? given, CancellationToken cancellation)
    {
        if (given is not null and not FromInput)
        {
            return given;
        }

        return given is null && !Console.IsInputRedirected
            ? await new TextPrompt<string>("Enrolment code:").Secret().ShowAsync(AnsiConsole.Console, cancellation)
            : await Console.In.ReadLineAsync(cancellation) ?? "";
    }
}
