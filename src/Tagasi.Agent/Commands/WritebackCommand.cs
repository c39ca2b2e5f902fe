using System.CommandLine;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Protocol.Onboarding;

namespace Tagasi.Agent.Commands;

/// <summary>tagasi writeback</summary>
internal static class WritebackCommand
{
    private const string Who = "Asks for the name and password of a cloud administrator of the tenant.";

    public static Command Create() => new("writeback", "Whether passwords are written back for this agent's tenant. Can run beside the agent.")
    {
        Create("enable", OnboardingAction.Enable, $"Enable writeback. Every agent of the tenant makes a new key; after a disabling this mends a key mismatch (event 32004). {Who}"),
        Create("disable", OnboardingAction.Disable, $"Disable writeback: no more requests are issued, open ones are ended; a write that has begun is finished and recorded. Enabling it again makes new keys, which mends a key mismatch. {Who}"),
        Create("status", OnboardingAction.Show, $"Show whether writeback is enabled, and the service's toggles. {Who}"),
    };

    private static Command Create(string name, OnboardingAction action, string description)
    {
        var administrator = new Option<string?>("--administrator")
        {
            Description = "The administrator's name. Without it the name is asked for, or is the first line of standard input; then comes the password, which is never given on the command line.",
            HelpName = "NAME",
        };
        var command = new Command(name, description) { administrator };
        command.SetAction((parsed, cancellation) => CommandLine.RunAsync(
            () => RunAsync(parsed.GetRequiredValue(CommandLine.Config), action, parsed.GetValue(administrator), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string config, OnboardingAction action, string? administrator, CancellationToken cancellation)
    {
        var settings = SettingsFile.Read(config, withSecrets: false);
        if (StateFolder.ReadEnrolment(settings.StateFolder) is not { } enrolment)
        {
            throw new StateFolderException("This host is not enrolled yet. Make a code at the service (tagasi-cloud agent code), then run 'tagasi enrol' here.");
        }

        var name = administrator ?? await ReadAsync(new TextPrompt<string>("Administrator:"), cancellation);
        var request = new OnboardingRequest(action, name, await ReadAsync(new TextPrompt<string>("Password:").Secret(), cancellation));
        // Standard output is for the answer.
        using var logging = LoggerFactory.Create(builder => builder.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
        using var handler = ServiceHttp.CreateHandler(settings.Service!);
        using var service = new ServiceCalls(handler, settings.Service!.Address!);
        var reply = await new AdministratorDecision(service, enrolment, logging.CreateLogger("Tagasi.Agent.Onboarding")).DecideAsync(request, cancellation);
        Console.WriteLine(
            $"{reply.TenantName}: {(reply.IsChanged || action is OnboardingAction.Show ? "" : "nothing to change, ")}writeback {(reply.IsEnabled ? "enabled" : "disabled")}, epoch {reply.Epoch}, "
            + $"write back passwords {Word(reply.WritesPasswords)}, unlock without reset {Word(reply.AllowsUnlock)}");
        if (reply.IsChanged)
        {
            Console.WriteLine(reply.IsEnabled
                ? "Every agent makes a new sealing key, which also mends a key mismatch (event 32004)."
                : "No requests are issued and open ones are ended. Enabling it again makes new sealing keys, which mends a key mismatch (event 32004).");
        }

        return CommandLine.Success;
    }

    private static async Task<string> ReadAsync(TextPrompt<string> prompt, CancellationToken cancellation) => Console.IsInputRedirected
        ? await Console.In.ReadLineAsync(cancellation) ?? ""
        : await prompt.ShowAsync(AnsiConsole.Console, cancellation);

    private static string Word(bool isOn) => isOn ? "on" : "off";
}
