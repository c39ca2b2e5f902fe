using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Domains;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Ldap;
using Tagasi.Protocol.Relay;

namespace Tagasi.Agent.Import;

/// <summary>Streams the users in scope to the service, page by page: after connecting, and at the set interval. Memory does not grow with the directory.</summary>
/// <remarks>A reading that breaks off breaks off the stream too, and the service removes nobody on the strength of half a reading.</remarks>
internal sealed class UserImporter(ServedDomains domains, Scope scope, ImportSettings settings, EnrolmentRecord enrolment, TimeProvider time, ILogger<UserImporter> logger)
{
    // A connection that comes and goes must not start an import each time.
    private static readonly TimeSpan FreshEnough = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> imported = new(StringComparer.Ordinal);
    private readonly HashSet<LdapDn> idle = [];

    /// <summary>Runs until the connection or the agent ends. Throws nothing that the connection's owner would have to know.</summary>
    /// <param name="isSigned">The service knows of signed parts.</param>
    public async Task KeepRunningAsync(HubConnection connection, bool isSigned, CancellationToken cancellation)
    {
        try
        {
            while (settings.Enabled)
            {
                var isWhole = true;
                foreach (var domain in domains.All)
                {
                    isWhole &= IsFresh(domain.Name) || await TryImportAsync(connection, domain, isSigned, cancellation);
                }

                await Task.Delay(isWhole || settings.Every < RetryAfter ? settings.Every : RetryAfter, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The next connection imports.
        }
    }

    private bool IsFresh(string domain) =>
        imported.TryGetValue(domain, out var at) && time.GetUtcNow() - at < (settings.Every < FreshEnough ? settings.Every : FreshEnough);

    private async Task<bool> TryImportAsync(HubConnection connection, ServedDomain domain, bool isSigned, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var count = new ImportCount();
        try
        {
            var pages = ReadPagesAsync(domain, count, cancellation);
            var parts = isSigned ? SignAsync(pages, domain.Name, await connection.InvokeAsync<string>(nameof(IRelayMethods.BeginImport), cancellation)) : pages.Select(page => new ImportPage(page.Users));
            var held = await connection.InvokeAsync<int>(nameof(IRelayMethods.ImportUsers), domain.Name, parts, cancellation);
            imported[domain.Name] = time.GetUtcNow();
            TellIdle(domain, count.Excluded);
            ImportLog.Imported(logger, domain.Name, count.Users, held, time.GetElapsedTime(began));
            return true;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            // Whatever it was: people must be able to reset their passwords although the import does not work.
            ImportLog.BrokeOff(logger, domain.Name, count.Users, Words(count.Failure ?? e));
            return false;
        }
    }

    // The directory knows an organisational unit that was renamed; its name here excludes nobody any more. Once, until it does again.
    private void TellIdle(ServedDomain domain, HashSet<LdapDn> excluded)
    {
        foreach (var name in scope.Exclude.Where(name => domain.Bases.Any(name.IsAtOrUnder)))
        {
            if (excluded.Contains(name))
            {
                idle.Remove(name);
            }
            else if (idle.Add(name))
            {
                ImportLog.ExcludesNobody(logger, name);
            }
        }
    }

    // What the service says stands behind SignalR's own words.
    private static string Words(Exception e)
    {
        const string marker = nameof(HubException) + ": ";
        var at = e is HubException ? e.Message.IndexOf(marker, StringComparison.Ordinal) : -1;
        return (at < 0 ? e.Message : e.Message[(at + marker.Length)..]).TrimEnd('.');
    }

    private async IAsyncEnumerable<ImportPage> SignAsync(IAsyncEnumerable<(IReadOnlyList<ImportedUser> Users, bool IsLast)> pages, string domain, string import)
    {
        using var identity = enrolment.ImportIdentityKey();
        var number = 0;
        await foreach (var (users, isLast) in pages)
        {
            yield return new ImportPage([], AgentIdentity.Sign(new ImportPart(import, domain, number++, isLast, users), identity));
        }
    }

    private async IAsyncEnumerable<(IReadOnlyList<ImportedUser> Users, bool IsLast)> ReadPagesAsync(ServedDomain domain, ImportCount count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = new UserReading { BaseDns = [.. domain.Bases.Select(dn => dn.ToString())], RecoveryMailAttribute = domain.RecoveryMailAttribute };
        var page = new PageBuilder();
        await using var users = domain.Directory.ReadUsersAsync(reading, cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveAsync(users, count))
        {
            if (!scope.Contains(users.Current.DistinguishedName))
            {
                count.Excluded.UnionWith(scope.ExclusionsOf(users.Current.DistinguishedName));
                continue;
            }

            count.Users++;
            if (page.Add(ImportedUsers.From(users.Current, domain.Name)) is { } full)
            {
                yield return (full, false);
            }
        }

        yield return (page.Take(), true);
    }

    // SignalR tells the service that the stream failed, but not us why.
    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<DirectoryUser> users, ImportCount count)
    {
        try
        {
            return await users.MoveNextAsync();
        }
        catch (DirectoryException e)
        {
            count.Failure = e;
            throw;
        }
    }

    private sealed class ImportCount
    {
        public int Users { get; set; }

        /// <summary>The exclusions that kept somebody out.</summary>
        public HashSet<LdapDn> Excluded { get; } = [];

        public DirectoryException? Failure { get; set; }
    }
}

internal static partial class ImportLog
{
    [LoggerMessage(5201, LogLevel.Information, "Imported {Users} users of {Domain} in {Took}; the service now holds {Held}")]
    public static partial void Imported(ILogger logger, string domain, int users, int held, TimeSpan took);

    [LoggerMessage(5203, LogLevel.Warning, "scope.exclude: nobody lies below {Name}. If it was renamed or moved, its users are in scope now: correct the name, and restart the agent")]
    public static partial void ExcludesNobody(ILogger logger, LdapDn name);

    [LoggerMessage(5202, LogLevel.Warning, "The import of {Domain} broke off after {Users} users: {Reason}. What had come by then counts, and nobody was removed")]
    public static partial void BrokeOff(ILogger logger, string domain, int users, string reason);
}
