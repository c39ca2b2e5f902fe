using Tagasi.ActiveDirectory;

namespace Tagasi.Agent.Writeback;

/// <summary>One domain as the write path sees it: Active Directory, or what a test or the simulator scripts.</summary>
/// <remarks>The meaning of each method is that of its namesake in <see cref="ActiveDirectoryDomain"/>.</remarks>
internal interface IDirectory
{
    Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct);

    /// <summary>One modify at the most, none after <paramref name="notAfter"/>; so with each that writes.</summary>
    Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct);

    Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct);

    Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct);

    /// <summary>One bind at the most.</summary>
    Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct);

    Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct);
}
