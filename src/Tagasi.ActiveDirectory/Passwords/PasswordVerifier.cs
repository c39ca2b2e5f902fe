using System.Security.Cryptography;
using System.Text;
using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>Asks a domain controller whether a password is a person's, by signing in as the person.</summary>
/// <remarks>Invariant: one bind at the most for each call, since each wrong one counts towards lockout.</remarks>
internal sealed class PasswordVerifier(Controllers controllers)
{
    private static readonly string[] NoAttributes = ["1.1"];

    public async Task<PasswordVerification> VerifyAsync(Account account, ReadOnlyMemory<byte> utf16, Deadline deadline)
    {
        // An empty password above all: the bind would succeed without anything having been checked (RFC 4513, 5.1.2).
        if (NewPassword.FaultOf(utf16.Span) != RefusalCause.None)
        {
            return new PasswordVerification.Wrong();
        }

        var isConnected = false;
        try
        {
            // By distinguished name, read a moment ago: a user principal name of one account may be the implicit one of another, and no
            // domain controller promises to take a GUID here ([MS-ADTS] 5.1.1.1.1). A stale name would pass for a wrong password.
            var name = await NameAsync(account, deadline);
            await using var connection = await controllers.ConnectUnboundAsync(account.Server, deadline);
            isConnected = true;
            return BindReading.Of(await BindAsync(connection, name, utf16, deadline), account.Server);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return new PasswordVerification.Unavailable(Failures.Of(e, account.Server, deadline), isConnected && e is not LdapConnectionException { MayHaveBeenCarriedOut: false });
        }
    }

    private static async Task<LdapResult> BindAsync(LdapConnection connection, string name, ReadOnlyMemory<byte> utf16, Deadline deadline)
    {
        var password = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetMaxByteCount(utf16.Length / 2), pinned: true);
        try
        {
            var length = ToUtf8(utf16.Span, password);
            return await connection.BindAsync(LdapCredential.Simple(name, password.AsMemory(0, length)), deadline.Left, deadline.Caller);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private async Task<string> NameAsync(Account account, Deadline deadline)
    {
        await using var lease = await controllers.LeaseAsync(account.Server, deadline);
        var entry = await lease.Connection.ReadAsync(LdapDn.ForGuid(account.ObjectGuid), NoAttributes, deadline);
        lease.IsGood();
        return entry?.Dn ?? throw new DirectoryException(new DirectoryFailure(FailureCause.Refused, $"{account.DistinguishedName} is not there any more.", account.Server));
    }

    private static int ToUtf8(ReadOnlySpan<byte> utf16, Span<byte> utf8)
    {
        using var characters = new NewPassword(utf16);
        return Encoding.UTF8.GetBytes(characters.Characters, utf8);
    }
}
