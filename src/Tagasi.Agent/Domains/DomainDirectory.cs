using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Domains;

/// <summary>Active Directory as the write path sees it.</summary>
internal sealed class DomainDirectory(ActiveDirectoryDomain domain) : IDirectory
{
    public Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct) => domain.ReadAccountAsync(objectGuid, timeout, ct);

    public Task<PasswordWrite> ResetPasswordAsync(Account account, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        domain.ResetPasswordAsync(account, newPasswordUtf16, mustChangeAtNextLogon: false, notAfter, timeout, ct);

    public Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) => domain.LookAsync(objectGuid, server, timeout, ct);
}
