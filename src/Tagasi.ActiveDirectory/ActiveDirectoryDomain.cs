namespace Tagasi.ActiveDirectory;

/// <summary>
/// One Active Directory domain, reached over LDAP: its PDC emulator is located, remembered for five minutes at the most and
/// located anew on failure; connections to it are pooled. All methods may run side by side.
/// </summary>
/// <remarks>
/// Invariant: one call of <see cref="ResetPasswordAsync"/> sends one modify at the most, and its result never claims more than
/// is known. <see cref="OperationCanceledException"/> is thrown only where the caller's token ended a call that writes nothing;
/// a cancelled write is <see cref="PasswordWrite.Unknown"/>, or refused if it was not yet sent.
/// </remarks>
public sealed class ActiveDirectoryDomain : IAsyncDisposable
{
    private readonly DomainOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes no connection yet.</summary>
    public ActiveDirectoryDomain(DomainOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
    }

    /// <summary>DNS name of the domain.</summary>
    public string DnsName => _options.DnsName;

    /// <summary>Reads an account and the policy in force for it, at the PDC emulator.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="timeout">Longest time for all of it, locating and connecting included.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>
    /// Sets a new password and unlocks, in one modify at <see cref="Account.Server"/>, under the domain's policy with history
    /// (policy hints); then reads back at the same server.
    /// </summary>
    /// <param name="account">As just read; a write proof is compared with it.</param>
    /// <param name="newPasswordUtf16">The password in UTF-16LE, without quotes. The caller keeps it and wipes it; copies made here are wiped here.</param>
    /// <param name="notAfter">The modify is not sent later than this, by this machine's clock.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <param name="ct">Before sending: nothing is sent. After: the result is unknown.</param>
    public Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>Looks at what a domain controller shows now, to resolve an unknown write.</summary>
    /// <param name="objectGuid">objectGUID.</param>
    /// <param name="server">The very server that was written to: <see cref="Account.Server"/>.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Reads all persons' accounts, page by page, in no order; memory does not grow with the directory.</summary>
    /// <exception cref="DirectoryException">The reading broke off; what came until then is not all.</exception>
    public IAsyncEnumerable<DirectoryUser> ReadUsersAsync(UserReading reading, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Gathers what a diagnosis wants to know, afresh.</summary>
    /// <param name="timeout">Longest time for each domain controller.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<FactsReading> ReadFactsAsync(TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _ = _time;
        return ValueTask.CompletedTask;
    }
}
