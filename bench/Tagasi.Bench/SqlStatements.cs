using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Tagasi.Bench;

/// <summary>Counts what the service asks of its database while this listens.</summary>
internal sealed class SqlStatements : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> subscriptions = [];
    private readonly Lock gate = new();

    public SqlStatements() => subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public int Count { get; private set; }

    public double Milliseconds { get; private set; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        lock (gate)
        {
            if (value.Value is CommandExecutedEventData command)
            {
                Count++;
                Milliseconds += command.Duration.TotalMilliseconds;
            }
            else if (value.Value is TransactionEndEventData end)
            {
                Milliseconds += end.Duration.TotalMilliseconds;
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => subscriptions.ForEach(subscription => subscription.Dispose());
}
