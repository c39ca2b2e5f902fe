using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;

namespace Tagasi.Bench;

/// <summary>A directory of ordinary people that takes no time, so that what is around it shows.</summary>
internal sealed class StubDirectory(TimeProvider time) : IDirectory
{
    public const string People = "OU=People,DC=north,DC=example";
    private const string Server = "dc1.north.example";
    private static readonly PasswordPolicy Policy = new() { MinimumLength = 10, RequiresComplexity = true, HistoryLength = 5, MinimumAge = TimeSpan.Zero, LockoutThreshold = 5 };
    private long filetime = DateTimeOffset.UnixEpoch.ToFileTime();

    public Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct) => Task.FromResult<AccountReading>(new AccountReading.Found(new Account
    {
        ObjectGuid = objectGuid,
        DistinguishedName = "CN=Student," + People,
        Sid = "S-1-5-21-1-2-3-1104",
        SamAccountName = "student",
        Kind = AccountKind.Person,
        IsDisabled = false,
        IsLockedOut = false,
        IsExpired = false,
        IsPasswordExpired = false,
        MustChangePassword = false,
        CannotChangePassword = false,
        PasswordNeverExpires = false,
        HasAdminCount = false,
        GroupSids = ["S-1-5-21-1-2-3-513"],
        RawPasswordLastSet = filetime,
        Policy = new EffectivePolicy.Known(Policy),
        UpdateSequenceNumber = 1,
        Server = Server,
        ServerTime = time.GetUtcNow(),
    }));

    public Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        Task.FromResult<PasswordWrite>(new PasswordWrite.Applied(Proof(), Proof(), WriteWarning.None));

    public Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    public Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    public Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    private WriteProof Proof() => new() { Server = Server, ServerTime = time.GetUtcNow(), RawPasswordLastSet = ++filetime, IsLockedOut = false, UpdateSequenceNumber = 2 };
}
