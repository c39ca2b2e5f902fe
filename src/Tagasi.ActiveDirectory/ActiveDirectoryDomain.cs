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
/// Invariant: a call that writes sends one password at the most, once, and its result never claims more than
/// is known. <see cref="OperationCanceledException"/> is thrown only by what reads; a write that is cancelled in time is
/// <see cref="RefusalCause.Cancelled"/>, and one that is cancelled too late takes its course.
/// </remarks>
public sealed class ActiveDirectoryDomain : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Controllers _controllers;
    private readonly PdcLocator _locator;
    private readonly AccountReader _accounts;
    private readonly LateAnswers _late;
    private readonly PasswordWriter _passwords;
    private readonly PasswordVerifier _verifier;
    private readonly ReplicaReader _replicas;
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
        _locator = new PdcLocator(options, names, _controllers, time);
        _accounts = new AccountReader(_locator, _controllers, new DomainHeads(time), new PolicyReader(time));
        _late = new LateAnswers(time);
        _passwords = new PasswordWriter(_locator, _controllers, _late, time);
        _verifier = new PasswordVerifier(_controllers);
        _replicas = new ReplicaReader(names, _controllers);
        _users = new UserReader(_locator, _controllers, time);
        _facts = new FactsReader(options, names, _locator, _controllers, time);
    }

    /// <summary>DNS name of the domain.</summary>
    public string DnsName { get; }

    /// <summary>
    /// Reads an account and the policy in force for it, at the PDC emulator, or where that cannot be reached and
    /// <see cref="DomainOptions.AllowFallback"/> is set, at another writable domain controller. A write goes to where the account was read
    /// and nowhere else, so that what became of it can be looked up there.
    /// </summary>
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
    /// <param name="mustChangeAtNextLogon">
    /// Also demands, in the same modify, that the password be changed at the next sign-in. A Samba domain controller refuses that, and gets
    /// a second modify for it; where that one fails, <see cref="WriteWarning.MustChangeNotSet"/> says so.
    /// </param>
    /// <param name="notAfter">The modify is not sent later than this, by this machine's clock.</param>
    /// <param name="timeout">Longest time for all of it. Up to a quarter, at most 2 s, is kept back for reading back.</param>
    /// <param name="ct">Heeded until the modify is sent.</param>
    public async Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(account);
        using var deadline = new Deadline(_time, timeout, ct);
        return await _passwords.ResetAsync(account, newPasswordUtf16, mustChangeAtNextLogon, notAfter, deadline);
    }

    /// <summary>
    /// Changes a password by proof of the old one, in one modify at <see cref="Account.Server"/> under all rules of the policy, then reads
    /// back at the same server. Serves accounts that must change or whose password has expired as well: it is the service account that
    /// signs in. It does not unlock, and never falls back to a reset.
    /// </summary>
    /// <remarks>A wrong old password counts towards lockout; nothing is ever tried again.</remarks>
    /// <param name="account">As just read; what is read back is compared with it.</param>
    /// <param name="oldPasswordUtf16">In UTF-16LE, without quotes. The caller keeps it and wipes it; copies made here are wiped here.</param>
    /// <param name="newPasswordUtf16">As the old one.</param>
    /// <param name="notAfter">The modify is not sent later than this, by this machine's clock.</param>
    /// <param name="timeout">Longest time for all of it. Up to a quarter, at most 2 s, is kept back for reading back.</param>
    /// <param name="ct">Heeded until the modify is sent.</param>
    public async Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(account);
        using var deadline = new Deadline(_time, timeout, ct);
        return await _passwords.ChangeAsync(account, oldPasswordUtf16, newPasswordUtf16, notAfter, deadline);
    }

    /// <summary>
    /// Ends a lockout, in one modify at <see cref="Account.Server"/>, and leaves the password alone. Applied where that server then shows a
    /// lockoutTime of 0. Sent also to an account that is not locked out, which is applied too: it sets the count of wrong tries to nothing.
    /// </summary>
    /// <param name="account">As just read.</param>
    /// <param name="notAfter">The modify is not sent later than this, by this machine's clock.</param>
    /// <param name="timeout">Longest time for all of it. Up to a quarter, at most 2 s, is kept back for reading back.</param>
    /// <param name="ct">Heeded until the modify is sent.</param>
    public async Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(account);
        using var deadline = new Deadline(_time, timeout, ct);
        return await _passwords.UnlockAsync(account, notAfter, deadline);
    }

    /// <summary>
    /// Asks <see cref="Account.Server"/> whether a password is the account's: one simple bind as the person over TLS (port 636) on a
    /// connection of its own, also where the service account signs in by Kerberos. A wrong one counts towards lockout. An empty one is not sent.
    /// </summary>
    /// <param name="account">As just read.</param>
    /// <param name="passwordUtf16">In UTF-16LE, without quotes. The caller keeps it and wipes it; copies made here are wiped here.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(account);
        using var deadline = new Deadline(_time, timeout, ct);
        return await _verifier.VerifyAsync(account, passwordUtf16, deadline);
    }

    /// <summary>Looks at what a domain controller shows now, to resolve an unknown write.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="server">The very server that was written to: <see cref="Account.Server"/>.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct)
    {
        if (_late.IsAwaited(server, objectGuid))
        {
            return new WriteLook.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "it has not answered the write yet, and may still be at it", server));
        }

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

    /// <summary>Looks at one account at every writable domain controller that DNS lists, or that was given in the options.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="site">Only those that DNS lists for this site of Active Directory; null: all.</param>
    /// <param name="timeout">Longest time for all of it; who has not answered by then is unavailable.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="DirectoryException">DNS gave no domain controller.</exception>
    public async Task<IReadOnlyList<ReplicaState>> ReadReplicasAsync(Guid objectGuid, string? site, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(_time, timeout, ct);
        return await _replicas.ReadAsync(objectGuid, site, deadline);
    }

    /// <summary>Reads all persons' accounts, page by page, in no order; memory does not grow with the directory.</summary>
    /// <exception cref="DirectoryException">The reading broke off; what came until then is not all.</exception>
    public IAsyncEnumerable<DirectoryUser> ReadUsersAsync(UserReading reading, CancellationToken ct) => _users.ReadAsync(reading, ct);

    /// <summary>Gathers what a diagnosis wants to know, afresh.</summary>
    /// <param name="timeout">Longest time for each domain controller.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<FactsReading> ReadFactsAsync(TimeSpan timeout, CancellationToken ct) => _facts.ReadAsync(timeout, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _locator.Dispose();
        await _late.DisposeAsync();
        await _controllers.DisposeAsync();
    }
}
