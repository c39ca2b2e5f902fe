using Tagasi.ActiveDirectory;
using Tagasi.Agent.Writeback;

namespace Tagasi.Tests.Agent;

/// <summary>A domain of one account that does as it is told and counts what it is asked to write.</summary>
internal sealed class ScriptedDirectory(TimeProvider time) : IDirectory
{
    public const string Server = "dc1.north.example";
    public const string DomainSid = "S-1-5-21-1-2-3";

    public Guid ObjectGuid { get; } = Guid.NewGuid();

    /// <summary>Changes the account as it is read.</summary>
    public Func<Account, Account> Account { get; set; } = account => account;

    /// <summary>In place of the account.</summary>
    public AccountReading? Reading { get; set; }

    /// <summary>What becomes of a write; by itself it is applied.</summary>
    public Func<PasswordWrite>? Write { get; set; }

    /// <summary>Holds the write until it ends.</summary>
    public Task WriteGate { get; set; } = Task.CompletedTask;

    public Task VerificationGate { get; set; } = Task.CompletedTask;

    public Task ReadGate { get; set; } = Task.CompletedTask;

    /// <summary>In place of what is there.</summary>
    public Func<WriteLook>? Look { get; set; }

    /// <summary>What becomes of a verification; by itself the password is right.</summary>
    public Func<PasswordVerification>? Verification { get; set; }

    public bool IsLockedOut
    {
        get => LockoutTime is > 0;
        set => LockoutTime = value ? time.GetUtcNow().ToFileTime() : 0;
    }

    /// <summary>As stored.</summary>
    public long LockoutTime { get; set; }

    /// <summary>lockoutTime may not be read.</summary>
    public bool IsLockoutHidden { get; set; }

    public int Writes { get; private set; }

    /// <summary>The operations in their order, in words.</summary>
    public List<string> Asked { get; } = [];

    public int Looks { get; private set; }

    public List<string> Passwords { get; } = [];

    /// <summary>The very memory in which the passwords came.</summary>
    public List<ReadOnlyMemory<byte>> Memories { get; } = [];

    public long PasswordLastSet { get; set; } = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToFileTime();

    public long Usn { get; set; } = 100;

    public async Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct)
    {
        await ReadGate;
        return Reading ?? (objectGuid == ObjectGuid ? new AccountReading.Found(Account(Found())) : new AccountReading.NotFound());
    }

    public Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        Memories.Add(newPasswordUtf16);
        Passwords.Add(Text(newPasswordUtf16));
        return WriteAsync(mustChangeAtNextLogon ? "reset, must change" : "reset");
    }

    public Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct)
    {
        Memories.AddRange([oldPasswordUtf16, newPasswordUtf16]);
        Passwords.Add(Text(newPasswordUtf16));
        return WriteAsync("change from " + Text(oldPasswordUtf16));
    }

    public Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) => WriteAsync("unlock");

    public async Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct)
    {
        Memories.Add(passwordUtf16);
        Asked.Add("verify " + Text(passwordUtf16));
        await VerificationGate;
        return Verification?.Invoke() ?? new PasswordVerification.Right(false, false);
    }

    public Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct)
    {
        Looks++;
        Assert.Equal(Server, server);
        return Task.FromResult(Look?.Invoke() ?? new WriteLook.Seen(Proof()));
    }

    /// <summary>The write takes effect.</summary>
    public PasswordWrite Apply()
    {
        var before = Proof();
        PasswordLastSet = Asked is [.., "unlock"] ? PasswordLastSet : Asked is [.., "reset, must change"] ? 0 : time.GetUtcNow().ToFileTime();
        IsLockedOut = false;
        Usn++;
        return new PasswordWrite.Applied(before, Proof(), WriteWarning.None);
    }

    /// <summary>The connection broke after sending, with or without effect.</summary>
    public PasswordWrite Lose(bool isApplied)
    {
        var before = Proof();
        if (isApplied)
        {
            Apply();
        }

        return new PasswordWrite.Unknown("no answer", before);
    }

    public WriteProof Proof() => new()
    {
        Server = Server,
        ServerTime = time.GetUtcNow(),
        RawPasswordLastSet = PasswordLastSet,
        PasswordLastSet = PasswordLastSet == 0 ? null : DateTimeOffset.FromFileTime(PasswordLastSet),
        IsLockedOut = IsLockedOut,
        UpdateSequenceNumber = Usn,
        RawLockoutTime = IsLockoutHidden ? null : LockoutTime,
    };

    private async Task<PasswordWrite> WriteAsync(string operation)
    {
        Writes++;
        Asked.Add(operation);
        await WriteGate;
        return Write?.Invoke() ?? Apply();
    }

    private static string Text(ReadOnlyMemory<byte> utf16) => System.Text.Encoding.Unicode.GetString(utf16.Span);

    private Account Found() => new()
    {
        ObjectGuid = ObjectGuid,
        DistinguishedName = "CN=Anna,OU=Staff,OU=People,DC=north,DC=example",
        Sid = DomainSid + "-1104",
        SamAccountName = "anna",
        UserPrincipalName = "anna@north.example",
        DisplayName = "Anna Arb-Mets",
        Kind = AccountKind.Person,
        IsDisabled = false,
        IsLockedOut = IsLockedOut,
        IsExpired = false,
        IsPasswordExpired = false,
        MustChangePassword = false,
        CannotChangePassword = false,
        PasswordNeverExpires = false,
        HasAdminCount = false,
        GroupSids = [DomainSid + "-513"],
        RawPasswordLastSet = PasswordLastSet,
        Policy = new EffectivePolicy.Known(new PasswordPolicy { MinimumLength = 10, RequiresComplexity = true, HistoryLength = 12, MinimumAge = TimeSpan.Zero, LockoutThreshold = 5 }),
        UpdateSequenceNumber = Usn,
        RawLockoutTime = IsLockoutHidden ? null : LockoutTime,
        Server = Server,
        ServerTime = time.GetUtcNow(),
    };
}
