using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>The lab's domain north.example, pristine at the beginning of every class of tests.</summary>
public sealed class North : IAsyncLifetime
{
    internal const string Name = "north.example";
    internal static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    internal ActiveDirectoryDomain Domain { get; private set; } = null!;

    internal IReadOnlyDictionary<string, DirectoryUser> Users { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Lab.RunAsync("reset");
        Domain = new ActiveDirectoryDomain(Options(), TimeProvider.System);
        var users = new List<DirectoryUser>();
        await foreach (var user in Domain.ReadUsersAsync(new UserReading { RecoveryMailAttribute = "otherMailbox" }, CancellationToken.None))
        {
            users.Add(user);
        }

        Users = users.ToDictionary(user => user.SamAccountName);
    }

    public ValueTask DisposeAsync() => Domain.DisposeAsync();

    internal static DomainOptions Options(string account = "svc-tagasi")
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Lab.Value("TAGASI_LAB_CA"));
        return new DomainOptions
        {
            DnsName = Name,
            DnsServers = [new IPEndPoint(Lab.NorthDc1, 53), new IPEndPoint(Lab.NorthDc2, 53)],
            Credential = new DirectoryCredential.Simple($"{account}@{Name}", _ => new(Encoding.UTF8.GetBytes(Lab.ServicePassword))),
            TrustedRoots = roots,
        };
    }

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(1);

    internal async Task<Account> ReadAsync(string name, ActiveDirectoryDomain? domain = null) =>
        Assert.IsType<AccountReading.Found>(await (domain ?? Domain).ReadAccountAsync(Users[name].ObjectGuid, Enough, TestContext.Current.CancellationToken)).Account;

    internal Task<PasswordWrite> WriteAsync(
        Account account, string password, TimeSpan? timeout = null, ActiveDirectoryDomain? domain = null, bool mustChange = false) =>
        (domain ?? Domain).ResetPasswordAsync(account, Encoding.Unicode.GetBytes(password), mustChange, Soon, timeout ?? Enough, TestContext.Current.CancellationToken);

    internal Task<PasswordWrite> ChangeAsync(Account account, string old, string @new, ActiveDirectoryDomain? domain = null) =>
        (domain ?? Domain).ChangePasswordAsync(
            account, Encoding.Unicode.GetBytes(old), Encoding.Unicode.GetBytes(@new), Soon, Enough, TestContext.Current.CancellationToken);

    internal async Task<PasswordWrite> ChangeAsync(string name, string old, string @new) => await ChangeAsync(await ReadAsync(name), old, @new);

    internal async Task<PasswordWrite> UnlockAsync(string name) =>
        await Domain.UnlockAsync(await ReadAsync(name), Soon, Enough, TestContext.Current.CancellationToken);

    internal async Task<PasswordVerification> VerifyAsync(string name, string password, ActiveDirectoryDomain? domain = null) =>
        await (domain ?? Domain).VerifyPasswordAsync(await ReadAsync(name, domain), Encoding.Unicode.GetBytes(password), Enough, TestContext.Current.CancellationToken);

    internal async Task<PasswordWrite> ResetAsync(string name, string password) => await WriteAsync(await ReadAsync(name), password);

    internal async Task<PasswordWrite.Refused> RefusedAsync(string name, string password, RefusalCause cause)
    {
        var refused = Assert.IsType<PasswordWrite.Refused>(await ResetAsync(name, password));
        Assert.Equal(cause, refused.Cause);
        return refused;
    }
}
