using Microsoft.Extensions.Hosting;

namespace Tagasi.Agent.Journal;

/// <summary>
/// Ends the agent once its journal cannot be written. What started it starts it again, which works when the journal can be; meanwhile the
/// tenant's other agents are asked, and where there is none, people are told before they type a password.
/// </summary>
internal sealed class JournalGuard(WritebackJournal journal) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failure = await journal.Failure.WaitAsync(stoppingToken);
        throw new IOException("The agent ends, because its journal cannot be written: " + failure.Message, failure);
    }
}
