using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Tagasi.Cloud.Storage;

/// <summary>Lets SQLite itself wait for another writer: it looks again after 1, 2, 5 ms and so on.</summary>
/// <remarks>Left to Microsoft.Data.Sqlite each look comes 150 ms after the last, far longer than any write here takes.</remarks>
internal sealed class PatientWriters : DbConnectionInterceptor
{
    /// <summary>Longest wait.</summary>
    public const int Seconds = 15;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA busy_timeout = {Seconds * 1000}";
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // SQLite has no calls that wait without a thread: the asynchronous ones do the same.
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
