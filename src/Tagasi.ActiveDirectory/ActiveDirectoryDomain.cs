using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Diagnosis;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.ActiveDirectory.Passwords;
using Tagasi.ActiveDirectory.Policies;
using Tagasi.ActiveDirectory.Users;

namespace Tagasi.ActiveDirectory;

/// <summary>
/// One Active Directory domain, reached over LDAP: its PDC emulator is located, remembered for five minutes at the most and
/// located anew on failure; connections to it are pooled. All methods may run side by side.
/// </summary>
/// <remarks>
/// Invariant: one call of <see cref="ResetPasswordAsync"/> sends one modify at the most, and its result never claims more than
/// is known. <see cref="OperationCanceledException"/> is thrown only by what reads; a write that is cancelled in time is
/// <see cref="RefusalCause.Cancelled"/>, and one that is cancelled too late takes its course.
/// </remarks>
public sealed class ActiveDirectoryDomain : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Controllers _controllers;
    private readonly PdcLocator _locator;
    private readonly AccountReader _accounts;
    private readonly PasswordWriter _passwords;
    private readonly UserReader _users;
    private readonly FactsReader _facts;

    /// <summary>Makes no connection yet.</summary>
    public ActiveDirectoryDomain(DomainOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var names = new NameResolver(options);
        DnsName = options.DnsName;
        _time = time;
        _controllers = new Controllers(new Dialer(options, names, time), options, time);
        _locator = new PdcLocator(names, _controllers, time);
        _accounts = new AccountReader(_locator, _controllers, new DomainHeads(time), new PolicyReader(time));
        _passwords = new PasswordWriter(_locator, _controllers, time);
        _users = new UserReader(_locator, _controllers, time);
        _facts = new FactsReader(options, names, _locator, _controllers, time);
    }

    /// <summary>DNS name of the domain.</summary>
    public string DnsName { get; }

    /// <summary>Reads an account and the policy in force for it, at the PDC emulator.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="timeout">Longest time for all of it, locating and connecting included.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(_time, timeout, ct);
        return await _accounts.ReadAsync(objectGuid, deadline);
    }

    /// <summary>
    /// Sets a new password and unlocks, in one modify at <see cref="Account.Server"/>, under the domain's policy with history
    /// (policy hints); then reads back at the same server.
    /// </summary>
    /// <param name="account">As just read; what is read back is compared with it.</param>
    /// <param name="newPasswordUtf16">The password in UTF-16LE, without quotes. The caller keeps it and wipes it; copies made here are wiped here.</param>
    /// <param name="notAfter">The modify is not sent later than this, by this machine's clock.</param>
    /// <param name="timeout">Longest time for all of it. Up to a quarter, at most 2 s, is kept back for reading back.</param>
    /// <param name="ct">Heeded until the modify is sent.</param>
    public async Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(account);
        using var deadline = new Deadline(_time, timeout, ct);
        return await _passwords.ResetAsync(account, newPasswordUtf16, notAfter, deadline);
    }

    /// <summary>Looks at what a domain controller shows now, to resolve an unknown write.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="server">The very server that was written to: <see cref="Account.Server"/>.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(_time, timeout, ct);
        try
        {
            await using var lease = await _controllers.LeaseAsync(server, deadline);
            var proof = await ProofReader.ReadWithTimeAsync(lease.Connection, objectGuid, deadline);
            lease.IsGood();
            return proof is null ? new WriteLook.Gone() : new WriteLook.Seen(proof);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return new WriteLook.Unavailable(Failures.Of(e, server, deadline));
        }
    }

    /// <summary>Reads all persons' accounts, page by page, in no order; memory does not grow with the directory.</summary>
    /// <exception cref="DirectoryException">The reading broke off; what came until then is not all.</exception>
    public IAsyncEnumerable<DirectoryUser> ReadUsersAsync(UserReading reading, CancellationToken ct) => _users.ReadAsync(reading, ct);

    /// <summary>Gathers what a diagnosis wants to know, afresh.</summary>
    /// <param name="timeout">Longest time for each domain controller.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<FactsReading> ReadFactsAsync(TimeSpan timeout, CancellationToken ct) => _facts.ReadAsync(timeout, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _locator.Dispose();
        return _controllers.DisposeAsync();
    }
}
