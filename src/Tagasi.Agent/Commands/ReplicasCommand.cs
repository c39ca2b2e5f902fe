using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Domains;
using Tagasi.Agent.Settings;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Commands;

/// <summary>tagasi replicas</summary>
internal static class ReplicasCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var user = new Argument<string>("user") { Description = "User principal name or account name (sAMAccountName)." };
        var site = new Option<string?>("--site") { Description = "Only the domain controllers that DNS lists for this site of Active Directory.", HelpName = "NAME" };
        var command = new Command("replicas", "Show which domain controllers have a user's newest password. Changes nothing. Exit code 1 unless all have it.") { user, site };
        command.SetAction((parsed, cancellation) => CommandLine.RunAsync(
            () => RunAsync(parsed.GetRequiredValue(CommandLine.Config), parsed.GetRequiredValue(user), parsed.GetValue(site), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string config, string name, string? site, CancellationToken cancellation)
    {
        var settings = SettingsFile.Read(config);
        await using var domains = ServedDomains.Create(settings, TimeProvider.System);
        var scope = ServedDomains.ScopeOf(settings.Scope!);
        var (isFound, isSound) = (false, true);
        foreach (var domain in domains.All)
        {
            try
            {
                foreach (var user in await FindAsync(domain, scope, name, cancellation))
                {
                    isFound = true;
                    Console.WriteLine(user.DistinguishedName);
                    isSound &= Show(await domain.Directory.ReadReplicasAsync(user.ObjectGuid, site, Timeout, cancellation));
                }
            }
            catch (DirectoryException e)
            {
                // The others can still be looked at.
                isSound = false;
                await Console.Error.WriteLineAsync($"{domain.Name}: {DirectoryProblems.Words(e.Failure)}. 'tagasi doctor' says more.");
            }
        }

        if (!isFound)
        {
            await Console.Error.WriteLineAsync($"No user is called {name} in the containers that the settings include (scope).");
        }

        return isFound && isSound ? CommandLine.Success : CommandLine.Failure;
    }

    private static async Task<IReadOnlyList<DirectoryUser>> FindAsync(ServedDomain domain, Scope scope, string name, CancellationToken cancellation)
    {
        var found = await ReadAsync(name);
        // An account without a user principal name of its own is known as sAMAccountName@domain.
        return found.Count == 0 && name.Split('@') is [var account, var suffix] && suffix.Equals(domain.Name, StringComparison.OrdinalIgnoreCase) ? await ReadAsync(account) : found;

        async Task<List<DirectoryUser>> ReadAsync(string called) => await domain.Directory
            .ReadUsersAsync(new UserReading { Name = called, BaseDns = [.. domain.Bases.Select(dn => dn.ToString())] }, cancellation)
            .Where(user => scope.Contains(user.DistinguishedName)).ToListAsync(cancellation);
    }

    private static bool Show(IReadOnlyList<ReplicaState> states)
    {
        var shown = states.OfType<ReplicaState.Shown>().Select(state => state.Proof).ToList();
        var newest = shown.Find(proof => shown.TrueForAll(other => other == proof || proof.HasArrived(other)));
        var table = new Table().Border(TableBorder.Simple).AddColumns("domain controller", "password set", "");
        foreach (var state in states)
        {
            table.AddRow(
                state.Server.EscapeMarkup(),
                state is ReplicaState.Shown { Proof.PasswordLastSet: { } set } ? set.ToString("u", CultureInfo.InvariantCulture) : "-",
                Word(state, newest));
        }

        AnsiConsole.Write(table);
        return states.All(state => IsNewest(state, newest));
    }

    private static bool IsNewest(ReplicaState state, WriteProof? newest) => newest is not null && state is ReplicaState.Shown(_, var proof) && proof.HasArrived(newest);

    private static string Word(ReplicaState state, WriteProof? newest) => state switch
    {
        ReplicaState.Unavailable(_, var failure) => $"[red]{DirectoryProblems.Words(failure).EscapeMarkup()}[/]",
        ReplicaState.Missing => "[yellow]does not have the account yet, or no longer[/]",
        _ => IsNewest(state, newest) ? "[green]has the newest password[/]" : "[yellow]has an older password: replication is on its way[/]",
    };
}
