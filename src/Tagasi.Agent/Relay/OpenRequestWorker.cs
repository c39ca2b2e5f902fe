using Microsoft.Extensions.Hosting;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Relay;

/// <summary>Looks at writes without a known outcome until each is known: after a crash, and after a domain controller that did not answer.</summary>
internal sealed class OpenRequestWorker(RequestRunner runner, TimeProvider time) : BackgroundService
{
    // Well within OutcomeResolver.LongestGap, so that looks count as one row.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                // Not waited for: one that takes long must not hold up the next look at the others.
                _ = runner.ResolveOpenAsync();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is still open is looked at after the next start.
        }
    }
}
