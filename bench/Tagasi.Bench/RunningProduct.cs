using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Tagasi.Agent.Enrolment;
using Tagasi.Agent.Hosting;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;

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
    public IReadOnlyList<Person> People { get; private set; } = [];

    public static async Task<RunningProduct> StartAsync()
    {
        var service = await RunningService.StartAsync();
        var settings = Describe(service);
        var state = StateFolder.Take(settings.StateFolder);
        using var handler = ServiceHttp.CreateHandler(settings.Service!);
        using var calls = new ServiceCalls(handler, service.Address);
        var enrolment = await new Enroller(calls, TimeProvider.System).EnrolAsync(await service.CreateCodeAsync(), service.Address, null, CancellationToken.None);
        using (var journal = new JournalFile(state.JournalPath))
        {
            WritebackJournal.Begin(journal);
        }

        var agent = AgentHost.Build(settings, enrolment, state);
        await agent.StartAsync();
        var product = new RunningProduct(service, agent, state);
        await product.WaitForUsersAsync();
        return product;
    }

    public Browser OpenBrowser() => new(Service.Connect(), Service.AdmitBrowser());

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
        while (People.Count < North.Users.Count)
        {
            await Task.Delay(100, patience.Token);
            await using var db = await Service.OpenAsync();
            var users = await db.Users.AsNoTracking().Where(user => North.Users.Contains(user.UserPrincipalName)).OrderBy(user => user.UserPrincipalName).ToListAsync(patience.Token);
            People = [.. users.Select(user => new Person(user))];
        }
    }
}
