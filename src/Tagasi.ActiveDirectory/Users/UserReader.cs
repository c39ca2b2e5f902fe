using System.Runtime.CompilerServices;
using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Users;

/// <summary>Reads all persons of a domain at its PDC emulator, over a connection of its own.</summary>
internal sealed class UserReader(PdcLocator locator, Controllers controllers, TimeProvider time)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    // objectCategory is indexed; "person" stands for users and contacts, hence objectClass too. Computers have another category.
    private static readonly LdapFilter Persons = LdapFilter.And(
        LdapFilter.Equal("objectCategory", "person"),
        LdapFilter.Equal("objectClass", "user"),
        LdapFilter.Not(LdapFilter.Equal("isCriticalSystemObject", "TRUE")));

    public async IAsyncEnumerable<DirectoryUser> ReadAsync(UserReading reading, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await BeginAsync(ct);
        foreach (var baseDn in await BasesAsync(connection, reading, ct))
        {
            await foreach (var user in ReadBaseAsync(connection, baseDn, reading, ct))
            {
                yield return user;
            }
        }
    }

    private async Task<DirectoryConnection> BeginAsync(CancellationToken ct)
    {
        using var deadline = new Deadline(time, StartTimeout, ct);
        string? server = null;
        try
        {
            server = await locator.LocateAsync(deadline);
            return await controllers.ConnectAsync(server, deadline);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            if (server is not null)
            {
                locator.Forget(server);
            }

            throw new DirectoryException(Failures.Of(e, server, deadline), e);
        }
    }

    /// <summary>The bases that are there, without those that lie below another, so that nobody comes twice.</summary>
    private async Task<IReadOnlyList<string>> BasesAsync(DirectoryConnection connection, UserReading reading, CancellationToken ct)
    {
        using var deadline = new Deadline(time, StartTimeout, ct);
        var names = new Dictionary<LdapDn, string>();
        foreach (var baseDn in reading.BaseDns.DefaultIfEmpty(connection.Root.DomainDn))
        {
            var entry = await Translated(() => connection.ReadAsync(baseDn, ["distinguishedName"], deadline), connection.Server, deadline);
            var name = entry?.Dn ?? throw new DirectoryException(new DirectoryFailure(FailureCause.Refused, $"There is no {baseDn}.", connection.Server));
            names[LdapDn.Parse(name)] = name;
        }

        return [.. names.Where(name => !names.Keys.Any(name.Key.IsUnder)).Select(name => name.Value)];
    }

    private async IAsyncEnumerable<DirectoryUser> ReadBaseAsync(
        DirectoryConnection connection, string baseDn, UserReading reading, [EnumeratorCancellation] CancellationToken ct)
    {
        // The deadline only words the failures: a page's time is the search's own, and the consumer may take as long as it likes.
        using var endless = new Deadline(time, Timeout.InfiniteTimeSpan, ct);
        var search = new LdapSearch
        {
            BaseDn = baseDn,
            Filter = reading.Name is { } name ? LdapFilter.And(Persons, LdapFilter.Or(LdapFilter.Equal("userPrincipalName", name), LdapFilter.Equal("sAMAccountName", name))) : Persons,
            Attributes = UserMapping.AttributesFor(reading),
            PageSize = reading.PageSize,
            Timeout = reading.PageTimeout,
        };
        await using var entries = connection.Ldap.SearchAsync(search, ct).GetAsyncEnumerator(ct);
        while (await Translated(() => NextAsync(entries, reading, connection.Server), connection.Server, endless) is { } user)
        {
            yield return user;
        }
    }

    private static async Task<DirectoryUser?> NextAsync(IAsyncEnumerator<LdapEntry> entries, UserReading reading, string server) =>
        await entries.MoveNextAsync() ? UserMapping.From(entries.Current, reading, server) : null;

    private static async Task<T> Translated<T>(Func<Task<T>> step, string server, Deadline deadline)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            throw new DirectoryException(Failures.Of(e, server, deadline), e);
        }
    }
}
