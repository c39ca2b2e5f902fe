using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tagasi.Cloud.Directory;

namespace Tagasi.Cloud.Recovery;

/// <summary>One person's recovery, from the name to the outcome. It moves only along <see cref="Next"/>, each time by one compare-and-set.</summary>
internal sealed class RecoverySession
{
    /// <summary>Entra's portal gives the same: long enough for a code from a slow mailbox, short enough for a shared computer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>ASVS 6.5.5: ten minutes at most for a code sent out of band.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Five tries of 10⁸ codes in ten sessions a day: 5·10⁻⁷ a user-day.</summary>
    public const int MaxTries = 5;

    /// <summary>Codes that one person gets in a day.</summary>
    public const int MaxCodesPerDay = 10;

    private const int TagBytes = 16;

    // Each secret seals one name.
    private static readonly byte[] OneUse = new byte[12];

    private static readonly (RecoveryStep From, RecoveryStep To)[] Next =
    [
        (RecoveryStep.CodeSent, RecoveryStep.Proven),
        (RecoveryStep.CodeSent, RecoveryStep.Ended),
        (RecoveryStep.Proven, RecoveryStep.Running),
        (RecoveryStep.Proven, RecoveryStep.Ended),
        (RecoveryStep.Running, RecoveryStep.Proven),
        (RecoveryStep.Running, RecoveryStep.Applied),
        (RecoveryStep.Running, RecoveryStep.Ended),
        (RecoveryStep.Running, RecoveryStep.Unknown),
        (RecoveryStep.Unknown, RecoveryStep.Proven),
        (RecoveryStep.Unknown, RecoveryStep.Applied),
        (RecoveryStep.Unknown, RecoveryStep.Ended),
    ];

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid TenantId { get; init; }

    /// <summary>Null for a name that means nobody: such a session can never be proven.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Whom it is about, as far as may be kept: of a name that means nobody its domain alone, for it may be a password typed into the wrong field.</summary>
    public required string Actor { get; init; }

    /// <summary>The name as it was typed, for the person's own eyes (<see cref="SealName"/>).</summary>
    public byte[] TypedName { get; init; } = [];

    /// <summary>SHA-256 of the secret in the cookie.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>SHA-256 over the cookie's secret and the code: what the database holds is of no use without the browser.</summary>
    public required byte[] CodeHash { get; init; }

    public RecoveryStep Step { get; set; } = RecoveryStep.CodeSent;

    public int Tries { get; set; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the email code was accepted.</summary>
    public DateTimeOffset? ProvenAt { get; set; }

    /// <summary>Code of the problem that the latest try met.</summary>
    public string? Problem { get; set; }

    public DateTimeOffset? EarliestChange { get; set; }

    /// <summary>Whether anything may still be begun with it. What it has come to can be read a little longer.</summary>
    public bool IsOver(DateTimeOffset now) => StartedAt <= OverIfStartedBy(now);

    /// <summary>What began then or before is over.</summary>
    public static DateTimeOffset OverIfStartedBy(DateTimeOffset now) => now - Lifetime;

    public static bool CanMove(RecoveryStep from, RecoveryStep to) => Next.Contains((from, to));

    public static byte[] HashSecret(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static byte[] HashCode(string secret, string code) => SHA256.HashData(Encoding.UTF8.GetBytes(secret + "\n" + code));

    /// <summary>Sealed with the secret that only the browser has: the database alone does not give it away.</summary>
    public static byte[] SealName(string secret, string name)
    {
        var plain = Encoding.UTF8.GetBytes(name);
        var whole = new byte[plain.Length + TagBytes];
        using var cipher = NameCipher(secret);
        cipher.Encrypt(OneUse, plain, whole.AsSpan(0, plain.Length), whole.AsSpan(plain.Length));
        return whole;
    }

    /// <summary>What <see cref="SealName"/> sealed.</summary>
    public string OpenName(string secret)
    {
        if (TypedName.Length < TagBytes)
        {
            return ""; // of an earlier version, which kept it otherwise
        }

        var plain = new byte[TypedName.Length - TagBytes];
        using var cipher = NameCipher(secret);
        cipher.Decrypt(OneUse, TypedName.AsSpan(0, plain.Length), TypedName.AsSpan(plain.Length), plain);
        return Encoding.UTF8.GetString(plain);
    }

    // No code is "name": they are digits.
    private static AesGcm NameCipher(string secret) => new(HashCode(secret, "name"), TagBytes);
}

internal sealed class RecoverySessionConfiguration : IEntityTypeConfiguration<RecoverySession>
{
    public void Configure(EntityTypeBuilder<RecoverySession> builder)
    {
        builder.HasIndex(session => session.SecretHash).IsUnique();
        builder.HasIndex(session => new { session.UserId, session.StartedAt });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(session => session.TenantId);
    }
}
