using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Writeback;

namespace Tagasi.Agent.Journal;

/// <summary>
/// Ends the agent once its journal cannot be written. What started it starts it again, which works when the journal can be; meanwhile the
/// tenant's other agents are asked, and where there is none, people are told before they type a password.
/// </summary>
internal sealed partial class JournalGuard(WritebackJournal journal, TimeProvider time, ILogger<JournalGuard> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (journal.Begun > time.GetUtcNow() + TicketGate.ClockTolerance)
        {
            LogAhead(journal.Begun);
            throw new IOException("The agent ends, because its journal begins in time to come.");
        }

        var failure = await journal.Failure.WaitAsync(stoppingToken);
        throw new IOException("The agent ends, because its journal cannot be written: " + failure.Message, failure);
    }

    [LoggerMessage(5006, LogLevel.Critical, "The journal began at {Begun:u}, which is yet to come: the clock is behind, or was ahead then. Until then the agent could carry out nothing, and ends. Set the clock right; if it is, stop the agent, move its journal away and enrol the host anew (tagasi enrol --replace)")]
    private partial void LogAhead(DateTimeOffset begun);
}
