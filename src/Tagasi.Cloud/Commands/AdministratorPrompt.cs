using System.CommandLine;
using Spectre.Console;

namespace Tagasi.Cloud.Commands;

/// <summary>Asks for an administrator's name and password. The password comes from the terminal or from standard input, never from the command line.</summary>
internal static class AdministratorPrompt
{
    public static Option<string?> NameOption() => new("--administrator")
    {
        Description = "Name of a cloud administrator of the tenant. Without it the name is asked for, or is the first line of standard input.",
        HelpName = "NAME",
    };

    public static async Task<string> ReadNameAsync(string? given, CancellationToken cancellation) =>
        given ?? (Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellation) ?? "" : await AnsiConsole.PromptAsync(new TextPrompt<string>("Administrator:"), cancellation));

    public static async Task<string> ReadPasswordAsync(CancellationToken cancellation) => Console.IsInputRedirected
        ? await Console.In.ReadLineAsync(cancellation) ?? ""
        : await AnsiConsole.PromptAsync(new TextPrompt<string>("Password:").Secret(), cancellation);
}
