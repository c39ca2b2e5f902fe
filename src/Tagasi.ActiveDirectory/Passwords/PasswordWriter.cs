using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Writes a password.</summary>
/// <remarks>
/// Invariants: at most one modify leaves for each call; none after the time it may leave at the latest; what may have left and has no
/// answer is unknown; success is claimed only where the same domain controller then shows it.
/// </remarks>
internal sealed class PasswordWriter(PdcLocator locator, Controllers controllers, TimeProvider time)
{
    // Reading back takes one round trip; a domain controller that cannot spare it in this time is asked again by a look.
    private static readonly TimeSpan ReadBackReserve = TimeSpan.FromSeconds(2);

    // SEQUENCE { INTEGER 1 }: history holds for resets too, [MS-ADTS] 3.1.1.3.4.1.27.
    private static readonly byte[] HistoryToo = [0x30, 3, 2, 1, 1];
    private static readonly byte[] Zero = "0"u8.ToArray();

    public async Task<PasswordWrite> ResetAsync(Account account, ReadOnlyMemory<byte> utf16, DateTimeOffset notAfter, Deadline deadline)
    {
        if (FaultBeforeSending(account, utf16.Span) is { } fault)
        {
            return fault;
        }

        try
        {
            await using var lease = await controllers.LeaseAsync(account.Server, deadline);
            using var password = new NewPassword(utf16.Span);
            return await ResetAtAsync(lease, account, password, notAfter, deadline);
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

    private static PasswordWrite.Refused? FaultBeforeSending(Account account, ReadOnlySpan<byte> utf16)
    {
        if (account.Kind != AccountKind.Person)
        {
            return new(RefusalCause.NotAPerson, $"Nothing was sent: {account.DistinguishedName} is {account.Kind}.");
        }

        return NewPassword.FaultOf(utf16) is var fault and not RefusalCause.None
            ? new(fault, $"Nothing was sent: the password has {utf16.Length} octets of UTF-16.")
            : null;
    }

    private static PasswordWrite.Refused? FaultOfServer(DirectoryConnection connection)
    {
        if (connection.Root.IsReadOnly)
        {
            return new(RefusalCause.ReadOnlyDomainController, $"Nothing was sent: {connection.Server} is a read-only domain controller.");
        }

        return connection.Root.PolicyHintsControl is null
            ? new(RefusalCause.PolicyHintsUnsupported, $"Nothing was sent: {connection.Server} offers neither {RootDse.PolicyHints} nor {RootDse.DeprecatedPolicyHints}.")
            : null;
    }

    private async Task<PasswordWrite> ResetAtAsync(
        ConnectionPool.Lease lease, Account account, NewPassword password, DateTimeOffset notAfter, Deadline deadline)
    {
        var connection = lease.Connection;
        if (FaultOfServer(connection) is { } fault)
        {
            lease.IsGood();
            return fault;
        }

        // The last look at the clock before the bytes go.
        if (time.GetUtcNow() > notAfter)
        {
            lease.IsGood();
            return new PasswordWrite.Refused(RefusalCause.NotAfterPassed, $"Nothing was sent: it might be sent until {notAfter:O}.");
        }

        LdapResult result;
        try
        {
            result = await SendAsync(connection, account.ObjectGuid, password, deadline);
        }
        catch (LdapException e) when (e is not LdapConnectionException { MayHaveBeenCarriedOut: false })
        {
            // All but what surely never left, an answer that makes no sense included.
            locator.Forget(account.Server);
            return new PasswordWrite.Unknown($"Sent to {account.Server}, and no answer: {e.Message}", ProofReader.Of(account));
        }

        using var rest = deadline.BeyondCaller();
        var write = await WriteOutcome.OfAsync(result, connection, account, password, rest);
        Settle(write, lease, account.Server);
        return write;
    }

    // One modify: the password, and the unlocking that a reset brings along. It leaves some of the time for reading back.
    private static async Task<LdapResult> SendAsync(DirectoryConnection connection, Guid objectGuid, NewPassword password, Deadline deadline)
    {
        var left = deadline.Left;
        using var part = deadline.Within(left - TimeSpan.FromTicks(Math.Min(left.Ticks / 4, ReadBackReserve.Ticks)));
        return await connection.ModifyAsync(
            LdapDn.ForGuid(objectGuid),
            [LdapModification.Replace("unicodePwd", password.Quoted), LdapModification.Replace("lockoutTime", Zero)],
            part,
            new LdapControl(connection.Root.PolicyHintsControl!, IsCritical: true, HistoryToo));
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
