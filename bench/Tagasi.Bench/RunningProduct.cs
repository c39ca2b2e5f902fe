using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Hosting;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Cloud.Directory;
using Tagasi.Cloud.Recovery;

namespace Tagasi.Bench;

/// <summary>Service and agent, enrolled, connected and with the lab's users imported. Both in this process, with TLS and WebSocket between them.</summary>
internal sealed class RunningProduct : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IHost agent;
    private readonly StateFolder state;

    private RunningProduct(RunningService service, IHost agent, StateFolder state) => (Service, this.agent, this.state) = (service, agent, state);

    public RunningService Service { get; }

    /// <summary>In the order of <see cref="North.Users"/>.</summary>
    public IReadOnlyList<User> Users { get; private set; } = [];

    public static async Task<RunningProduct> StartAsync()
    {
        var service = await RunningService.StartAsync();
        var settings = Describe(service);
        var state = StateFolder.Take(settings.StateFolder);
        using var handler = ServiceHttp.CreateHandler(settings.Service!);
        using var calls = new ServiceCalls(handler, service.Address);
        var enrolment = await new Enroller(calls, TimeProvider.System).EnrolAsync(await service.CreateCodeAsync(), service.Address, CancellationToken.None);
        var agent = AgentHost.Build(settings, enrolment, state);
        await agent.StartAsync();
        var product = new RunningProduct(service, agent, state);
        await product.WaitForUsersAsync();
        return product;
    }

    public Browser OpenBrowser() => new(Service.Connect(), Service.AdmitBrowser());

    /// <summary>A recovery whose gate is passed, for each of the users given.</summary>
    /// <returns>The cookies' secrets.</returns>
    public async Task<string[]> ProveAsync(IReadOnlyList<User> users)
    {
        var now = TimeProvider.System.GetUtcNow();
        var secrets = users.Select(_ => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))).ToArray();
        await using var db = await Service.OpenAsync();
        db.RecoverySessions.AddRange(users.Zip(secrets, (user, secret) => new RecoverySession
        {
            TenantId = user.TenantId,
            UserId = user.Id,
            TypedName = user.UserPrincipalName,
            SecretHash = RecoverySession.HashSecret(secret),
            CodeHash = RecoverySession.HashCode(secret, "00000000"),
            Step = RecoveryStep.Proven,
            StartedAt = now,
            ExpiresAt = now + RecoverySession.Lifetime,
            ProvenAt = now,
        }));
        await db.SaveChangesAsync();
        return secrets;
    }

    public async ValueTask DisposeAsync()
    {
        await agent.StopAsync();
        agent.Dispose();
        state.Dispose();
        await Service.DisposeAsync();
    }

    private static AgentSettings Describe(RunningService service) => new()
    {
        Service = new ServiceSettings { Address = service.Address, Authority = service.Authority },
        StateFolder = service.FolderFor("agent"),
        Domains =
        [
            new DomainSettings
            {
                Name = RunningService.Domain,
                DnsServers = [North.Dns],
                Authority = North.Authority,
                SignIn = new SignInSettings { Account = North.ServiceAccount, SecretFile = North.SecretFile },
                RecoveryMailAttribute = "otherMailbox",
            },
        ],
        Scope = new ScopeSettings { Include = [North.People] },
        // The brake that stops a flood of resets would stop this one.
        Limits = new LimitSettings { ResetsPerFiveMinutes = 10_000 },
    };

    private async Task WaitForUsersAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Users.Count < North.Users.Count)
        {
            await Task.Delay(100, patience.Token);
            await using var db = await Service.OpenAsync();
            Users = await db.Users.AsNoTracking().Where(user => North.Users.Contains(user.UserPrincipalName)).OrderBy(user => user.UserPrincipalName).ToListAsync(patience.Token);
        }
    }
}
