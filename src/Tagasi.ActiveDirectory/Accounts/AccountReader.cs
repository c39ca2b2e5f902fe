using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.ActiveDirectory.Policies;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>Reads an account at the PDC emulator, which has to confirm that it is that.</summary>
internal sealed class AccountReader(PdcLocator locator, Controllers controllers, DomainHeads heads, PolicyReader policies)
{
    // Reading may be tried again, unlike writing: once, for a connection that broke or a role that moved meanwhile.
    private const int Tries = 2;

    public async Task<AccountReading> ReadAsync(Guid objectGuid, Deadline deadline)
    {
        for (var tries = 1; ; tries++)
        {
            string? server = null;
            try
            {
                var located = await locator.LocateOrFallBackAsync(deadline);
                server = located.Server;

                // Half of the time for the one that was known, so that one that hangs leaves some for finding another.
                using var part = deadline.Within(tries < Tries ? deadline.Left / 2 : deadline.Left);
                return await ReadWithinAsync(located, objectGuid, part);
            }
            catch (Exception e) when (Failures.IsOne(e, deadline))
            {
                if (server is not null)
                {
                    locator.Forget(server);
                    heads.Forget(server);
                }

                if (tries == Tries || server is null || deadline.HasPassed)
                {
                    return new AccountReading.Unavailable(Failures.Of(e, server, deadline));
                }
            }
        }
    }

    private async Task<AccountReading> ReadWithinAsync(Located located, Guid objectGuid, Deadline part)
    {
        try
        {
            return await ReadAtAsync(located, objectGuid, part);
        }
        catch (Exception e) when (Failures.IsOne(e, part))
        {
            throw new DirectoryException(Failures.Of(e, located.Server, part), e);
        }
    }

    private async Task<AccountReading> ReadAtAsync(Located located, Guid objectGuid, Deadline deadline)
    {
        await using var lease = await controllers.LeaseAsync(located.Server, deadline);
        var connection = lease.Connection;

        // Questions under way at once cost little more than one.
        var headRead = heads.ReadAsync(connection, deadline);
        var entryRead = connection.ReadAsync(LdapDn.ForGuid(objectGuid), AccountMapping.Attributes, deadline, SecurityDescriptor.DaclOnly);
        var idRead = connection.ReadInvocationIdAsync(deadline);
        await Task.WhenAll(headRead, entryRead, idRead);
        var (head, entry) = (await headRead, await entryRead);
        if (!head.IsPdcEmulator && located.IsPdcEmulator)
        {
            lease.IsGood();
            throw new DirectoryException(new DirectoryFailure(FailureCause.PdcEmulatorNotFound, $"{located.Server} is not the PDC emulator any more.", located.Server));
        }

        var reading = entry is null ? (AccountReading)new AccountReading.NotFound() : await FoundAsync(connection, head, entry, objectGuid, deadline);
        lease.IsGood();
        return reading;
    }

    private async Task<AccountReading> FoundAsync(DirectoryConnection connection, DomainHead head, LdapEntry entry, Guid objectGuid, Deadline deadline)
    {
        if (AccountMapping.HiddenOf(entry) is { Count: > 0 } hidden)
        {
            return new AccountReading.Unavailable(new DirectoryFailure(
                FailureCause.NotReadable, $"The service account may not read {string.Join(", ", hidden)} of {entry.Dn}.", connection.Server));
        }

        var policy = entry.Plain(AccountMapping.ResultantPso) is { } pso
            ? await policies.ReadAsync(connection, pso, deadline)
            : new EffectivePolicy.Known(head.Policy);
        var account = AccountMapping.From(entry, objectGuid, policy, connection.Server, head.ServerTime);
        return new AccountReading.Found(account with { ServerInvocationId = await connection.ReadInvocationIdAsync(deadline), IsAtPdcEmulator = head.IsPdcEmulator });
    }
}
