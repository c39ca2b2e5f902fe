using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Commands;

namespace Tagasi.Tests.Agent;

/// <summary>How a run ends, as systemd sees it.</summary>
public sealed class RunCommandTests
{
    [Fact]
    public async Task A_worker_that_fails_ends_the_run_with_a_failure_so_that_it_is_started_again()
    {
        Assert.NotEqual(0, await RunAsync(_ => Task.FromException(new InvalidOperationException("a bug"))));
    }

    [Fact]
    public async Task A_run_that_is_stopped_ends_well()
    {
        Assert.Equal(0, await RunAsync(lifetime =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }));
    }

    private static async Task<int> RunAsync(Func<IHostApplicationLifetime, Task> work)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(services => new Worker(() => work(services.GetRequiredService<IHostApplicationLifetime>())));
        using var host = builder.Build();
        return await RunCommand.RunAsync(host, TestContext.Current.CancellationToken);
    }

    private sealed class Worker(Func<Task> work) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            await work();
        }
    }
}
