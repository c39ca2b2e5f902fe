using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Carries writes out.</summary>
/// <remarks>
/// Invariants: at most one modify with a password leaves for each call; none after the time it may leave at the latest; what may have left
/// and has no answer is unknown; success is claimed only where the same domain controller then shows it.
/// </remarks>
internal sealed class PasswordWriter(PdcLocator locator, Controllers controllers, LateAnswers late, TimeProvider time)
{
    // Reading back takes one round trip; a domain controller that cannot spare it in this time is asked again by a look.
    private static readonly TimeSpan ReadBackReserve = TimeSpan.FromSeconds(2);

    // SEQUENCE { INTEGER 1 }: history holds for resets too, [MS-ADTS] 3.1.1.3.4.1.27.
    private static readonly byte[] HistoryToo = [0x30, 3, 2, 1, 1];

    public async Task<PasswordWrite> ResetAsync(Account account, ReadOnlyMemory<byte> utf16, bool mustChange, DateTimeOffset notAfter, Deadline deadline)
    {
        if ((FaultOf(account) ?? FaultOf(utf16.Span)) is { } fault)
        {
            return fault;
        }

        using var reset = new PasswordReset(utf16.Span, mustChange);
        return await WriteAsync(account, reset, notAfter, deadline);
    }

    public async Task<PasswordWrite> ChangeAsync(
        Account account, ReadOnlyMemory<byte> oldUtf16, ReadOnlyMemory<byte> newUtf16, DateTimeOffset notAfter, Deadline deadline)
    {
        if ((FaultOf(account) ?? FaultOf(newUtf16.Span) ?? FaultOfOld(oldUtf16.Span)) is { } fault)
        {
            return fault;
        }

        using var change = new PasswordChange(oldUtf16.Span, newUtf16.Span);
        return await WriteAsync(account, change, notAfter, deadline);
    }

    public async Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, Deadline deadline)
    {
        using var unlock = new AccountUnlock();
        return FaultOf(account) ?? await WriteAsync(account, unlock, notAfter, deadline);
    }

    private static PasswordWrite.Refused? FaultOf(Account account) => account.Kind == AccountKind.Person
        ? null
        : new(RefusalCause.NotAPerson, $"Nothing was sent: {account.DistinguishedName} is {account.Kind}.");

    private static PasswordWrite.Refused? FaultOf(ReadOnlySpan<byte> utf16) => NewPassword.FaultOf(utf16) is var fault and not RefusalCause.None
        ? new(fault, $"Nothing was sent: the password has {utf16.Length} octets of UTF-16.")
        : null;

    // No account has a password that could not be set; it is not sent, and so not counted either.
    private static PasswordWrite.Refused? FaultOfOld(ReadOnlySpan<byte> utf16) => NewPassword.FaultOf(utf16) == RefusalCause.None
        ? null
        : new(RefusalCause.WrongOldPassword, $"Nothing was sent: the old password has {utf16.Length} octets that no password can have.");

    private static PasswordWrite.Refused? FaultOfServer(DirectoryConnection connection, WriteOperation operation)
    {
        if (connection.Root.IsReadOnly)
        {
            return new(RefusalCause.ReadOnlyDomainController, $"Nothing was sent: {connection.Server} is a read-only domain controller.");
        }

        return operation.NeedsPolicyHints && connection.Root.PolicyHintsControl is null
            ? new(RefusalCause.PolicyHintsUnsupported, $"Nothing was sent: {connection.Server} offers neither {RootDse.PolicyHints} nor {RootDse.DeprecatedPolicyHints}.")
            : null;
    }

    private async Task<PasswordWrite> WriteAsync(Account account, WriteOperation operation, DateTimeOffset notAfter, Deadline deadline)
    {
        try
        {
            await using var lease = await controllers.LeaseAsync(account.Server, deadline);
            var write = FaultOfServer(lease.Connection, operation) ?? FaultOfTime(notAfter) ?? await SendAndProveAsync(lease, account, operation, notAfter, deadline);
            Settle(write, lease, account.Server);
            return write;
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            // Whatever may have been sent is caught closer to where it was.
            var failure = Failures.Of(e, account.Server, deadline);
            locator.Forget(account.Server);
            return new PasswordWrite.Refused(RefusalCause.Unreachable, $"Nothing was sent: {failure.Cause}: {failure.Detail}");
        }
        catch (OperationCanceledException)
        {
            return new PasswordWrite.Refused(RefusalCause.Cancelled, "Nothing was sent: the caller gave up before.");
        }
    }

    // The last look at the clock before the bytes go.
    private PasswordWrite.Refused? FaultOfTime(DateTimeOffset notAfter) => time.GetUtcNow() > notAfter
        ? new(RefusalCause.NotAfterPassed, $"Nothing was sent: it might be sent until {notAfter:O}.")
        : null;

    private async Task<PasswordWrite> SendAndProveAsync(ConnectionPool.Lease lease, Account account, WriteOperation operation, DateTimeOffset notAfter, Deadline deadline)
    {
        var connection = lease.Connection;
        LdapResult result;
        try
        {
            if (await SendAsync(lease, account.ObjectGuid, operation, notAfter, deadline) is not { } answer)
            {
                locator.Forget(account.Server);
                return new PasswordWrite.Unknown($"Sent to {account.Server}, and no answer in time", ProofReader.Of(account));
            }

            result = answer;
        }
        catch (LdapException e) when (e is not LdapConnectionException { MayHaveBeenCarriedOut: false })
        {
            // All but what surely never left, an answer that makes no sense included.
            locator.Forget(account.Server);
            return new PasswordWrite.Unknown($"Sent to {account.Server}, and no answer: {e.Message}", ProofReader.Of(account));
        }

        using var rest = deadline.BeyondCaller();
        if (result.IsSuccess)
        {
            await FollowUpAsync(connection, account.ObjectGuid, operation, notAfter, rest);
        }

        return await new WriteOutcome(connection, account, operation).OfAsync(result, rest);
    }

    // One modify, which leaves some of the time for reading back. Null: its answer is late.
    private async Task<LdapResult?> SendAsync(ConnectionPool.Lease lease, Guid objectGuid, WriteOperation operation, DateTimeOffset notAfter, Deadline deadline)
    {
        var connection = lease.Connection;
        var left = deadline.Left;
        using var part = deadline.Within(left - TimeSpan.FromTicks(Math.Min(left.Ticks / 4, ReadBackReserve.Ticks)));
        IReadOnlyList<LdapControl> controls =
            operation.NeedsPolicyHints ? [new LdapControl(connection.Root.PolicyHintsControl!, IsCritical: true, HistoryToo)] : [];
        var answer = await connection.BeginModifyAsync(LdapDn.ForGuid(objectGuid), operation.ChangesAt(connection.Root), part, controls);
        try
        {
            return await answer.WaitAsync(part.HasPassed ? TimeSpan.Zero : part.Left, time);
        }
        catch (TimeoutException)
        {
            late.WaitFor(answer, lease.Take(), objectGuid, notAfter);
            return null;
        }
    }

    // Whether it worked shows when the account is read back; the password stays set either way.
    private async Task FollowUpAsync(DirectoryConnection connection, Guid objectGuid, WriteOperation operation, DateTimeOffset notAfter, Deadline deadline)
    {
        if (operation.FollowUpAt(connection.Root) is not { } more || FaultOfTime(notAfter) is not null)
        {
            return;
        }

        using var part = deadline.Within(deadline.Left / 2);
        try
        {
            await connection.ModifyAsync(LdapDn.ForGuid(objectGuid), [more], part);
        }
        catch (Exception e) when (Failures.IsOne(e, part))
        {
            // Read back as WriteWarning.MustChangeNotSet, or as unknown where the connection broke.
        }
    }

    private void Settle(PasswordWrite write, ConnectionPool.Lease lease, string server)
    {
        if (write is PasswordWrite.Refused { Cause: RefusalCause.Referral or RefusalCause.PdcEmulatorMoved or RefusalCause.Busy })
        {
            locator.Forget(server);
        }

        if (write is not PasswordWrite.Unknown)
        {
            lease.IsGood();
        }
    }
}
