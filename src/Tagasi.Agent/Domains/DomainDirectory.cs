using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Domains;

/// <summary>Active Directory as the write path sees it.</summary>
internal sealed class DomainDirectory(ActiveDirectoryDomain domain) : IDirectory
{
    public Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct) => domain.ReadAccountAsync(objectGuid, timeout, ct);

    public Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        domain.ResetPasswordAsync(account, newPasswordUtf16, mustChangeAtNextLogon, notAfter, timeout, ct);

    public Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        domain.ChangePasswordAsync(account, oldPasswordUtf16, newPasswordUtf16, notAfter, timeout, ct);

    public Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        domain.UnlockAsync(account, notAfter, timeout, ct);

    public Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct) =>
        domain.VerifyPasswordAsync(account, passwordUtf16, timeout, ct);

    public Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) => domain.LookAsync(objectGuid, server, timeout, ct);
}
