using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Database;

/// <summary>Makes each statement a step of its own, between which anything can happen, and lets one transaction go on at a time.</summary>
/// <remarks>SQLite itself never waits, so without this a process could neither be killed nor overtaken between two statements.</remarks>
internal sealed class DatabaseSteps(World world) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private DbTransaction? open;

    /// <summary>Whether a transaction is open.</summary>
    public bool IsBusy => open is { Connection: not null };

    /// <summary>A transaction that its process did not live to end.</summary>
    public void RollBack()
    {
        open?.Dispose();
        open = null;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        command.Transaction = await TurnAsync(eventData.Context).ConfigureAwait(false);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        command.Transaction = await TurnAsync(eventData.Context).ConfigureAwait(false);
        return result;
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        await TurnAsync(eventData.Context).ConfigureAwait(false);
        return result;
    }

    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        open = result;
        return ValueTask.FromResult(result);
    }

    /// <returns>The context's own transaction. All contexts share one connection, so the command may have been made in another's.</returns>
    private async Task<DbTransaction?> TurnAsync(DbContext? context)
    {
        var mine = context?.Database.CurrentTransaction?.GetDbTransaction();
        if (world.Running is { } process)
        {
            do
            {
                await world.Delay(world.Dice.Seconds(0.0001, 0.003), process).ConfigureAwait(false);
            }
            while (IsBusy && open != mine);
        }

        return mine; // The simulator itself looks between two steps and does not wait.
    }
}
