using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.EventLog;
using Tagasi.Agent.Domains;
using Tagasi.Agent.Import;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.Relay;
using Tagasi.Agent.Service;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Hosting;

/// <summary>Puts the running agent together.</summary>
internal static class AgentHost
{
    /// <summary>After SIGTERM what runs is finished, and told.</summary>
    public static readonly TimeSpan StopsWithin = RelayWorker.StopPatience + TimeSpan.FromSeconds(5);

    /// <exception cref="JournalDamagedException">The journal cannot be relied on.</exception>
    /// <exception cref="StateFolderException">It cannot be written.</exception>
    public static IHost Build(AgentSettings settings, EnrolmentRecord enrolment, StateFolder state)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "tagasi", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        if (settings.Telemetry.Otlp is { } collector)
        {
            EventExport.Add(builder, collector);
        }

        if (OperatingSystem.IsWindows())
        {
            // Its own default is warnings, which would leave out every start and every success.
            builder.Logging.AddFilter<EventLogLoggerProvider>("Tagasi", LogLevel.Information);
        }

        builder.Services.AddSystemd();
        builder.Services.AddWindowsService(options => options.ServiceName = "Tagasi");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);

        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(settings).AddSingleton(enrolment);
        builder.Services.AddSingleton(services => ServedDomains.Create(settings, services.GetRequiredService<TimeProvider>()));
        AddWriteback(builder.Services, settings, enrolment, OpenJournal(state));
        builder.Services.AddSingleton(new SealingKeys(enrolment, state.Write, TimeProvider.System));
        AddRelay(builder.Services, settings, enrolment);
        return builder.Build();
    }

    private static WritebackJournal OpenJournal(StateFolder state)
    {
        try
        {
            return WritebackJournal.Open(new JournalFile(state.JournalPath), TimeProvider.System);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFolderException($"The agent does not start, because its journal cannot be written: {e.Message} Free space in the state folder, or mend its disk.");
        }
    }

    private static void AddWriteback(IServiceCollection services, AgentSettings settings, EnrolmentRecord enrolment, WritebackJournal journal)
    {
        services.AddSingleton(journal);
        services.AddSingleton(ServedDomains.ScopeOf(settings.Scope!));
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var domains = provider.GetRequiredService<ServedDomains>();
            var protectedAccounts = new ProtectedAccounts(settings.Protected.Groups, settings.Protected.Accounts.Select(Guid.Parse), settings.Domains!.Select(domain => domain.SignIn!.Account!));
            return new WritebackContext(
                new TicketGate(enrolment.ImportServiceKey(), enrolment.TenantId, domains.Names, time),
                new LocalPolicy(provider.GetRequiredService<Scope>(), protectedAccounts),
                new RateBreaker(settings.Limits.ResetsPerFiveMinutes, journal.WriteTimes, time),
                new WrongPasswords(journal.PasswordTries, time),
                provider.GetRequiredService<SealingKeys>(),
                new KnownAgents(settings.KnownAgents),
                domains.Directories,
                time);
        });
        services.AddSingleton(provider => new Answers(enrolment.ImportIdentityKey(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new OutcomeResolver(provider.GetRequiredService<WritebackContext>().Directories, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PasswordWriter>().AddSingleton<RequestRunner>().AddSingleton<PreflightReader>();
        services.AddHostedService<OpenRequestWorker>().AddHostedService<JournalGuard>();
    }

    private static void AddRelay(IServiceCollection services, AgentSettings settings, EnrolmentRecord enrolment)
    {
        services.AddSingleton<HttpMessageHandler>(ServiceHttp.CreateHandler(settings.Service!));
        services.AddSingleton(provider => new ServiceCalls(provider.GetRequiredService<HttpMessageHandler>(), settings.Service!.Address!));
        services.AddSingleton(provider => new RelayIntroduction(settings.Service!.Address!, enrolment, provider.GetRequiredService<ServedDomains>().Names, settings.KnownAgents));
        services.AddSingleton(settings.Import).AddSingleton<UserImporter>();
        services.AddSingleton<RelayConnector>().AddSingleton<RelayGreeter>().AddHostedService<RelayWorker>();
    }
}
