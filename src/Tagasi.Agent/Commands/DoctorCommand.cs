using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tagasi.Agent.Doctor;

namespace Tagasi.Agent.Commands;

/// <summary>tagasi doctor</summary>
internal static class DoctorCommand
{
    private const int RedirectedWidth = 400;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Findings as JSON, for programs." };
        var command = new Command("doctor", "Check settings, service, domain controllers and scope; say what is wrong and how to mend it. Changes nothing. Exit code 1 if a check fails.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var findings = await new Examination(TimeProvider.System).RunAsync(parsed.GetRequiredValue(CommandLine.Config), cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(findings, DoctorJson.Default.IReadOnlyListFinding));
            }
            else
            {
                Show(findings);
            }

            return findings.Any(finding => finding.Grade is Grade.Fail) ? CommandLine.Failure : CommandLine.Success;
        });
        return command;
    }

    private static void Show(IReadOnlyList<Finding> findings)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = RedirectedWidth; // whole lines for those who search them
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("check").AddColumn("finding").AddColumn("");
        foreach (var finding in findings)
        {
            var words = finding.Remedy is null ? finding.Message.EscapeMarkup() : $"{finding.Message.EscapeMarkup()}\n[italic]{finding.Remedy.EscapeMarkup()}[/]";
            table.AddRow(finding.Check.EscapeMarkup(), ColourOf(finding.Grade), words);
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{findings.Count(f => f.Grade is Grade.Fail)} failed, {findings.Count(f => f.Grade is Grade.Warn)} to look at, {findings.Count(f => f.Grade is Grade.Pass)} passed");
    }

    private static string ColourOf(Grade grade) => grade switch
    {
        Grade.Pass => "[green]pass[/]",
        Grade.Warn => "[yellow]warn[/]",
        Grade.Fail => "[red]fail[/]",
        _ => "[grey]skip[/]",
    };
}
