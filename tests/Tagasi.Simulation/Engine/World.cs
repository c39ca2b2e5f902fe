using System.Text;

namespace Tagasi.Simulation.Engine;

/// <summary>One simulated world: a clock that jumps from happening to happening, on one thread, in an order that the seed decides.</summary>
internal sealed class World(ulong seed)
{
    /// <summary>When every world begins.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Happening, (long Due, ulong Order)> queue = new();
    private readonly Dice order = new Dice(seed).Fork();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly StringBuilder trace = new();
    private long now;

    public Dice Dice { get; } = new(seed ^ 0x7461_6761_7369);

    public TimeSpan Now => TimeSpan.FromTicks(now);

    /// <summary>True time, which no party of the world can see.</summary>
    public DateTimeOffset TrueTime => Beginning + Now;

    /// <summary>The process whose code runs at this moment; null: the world itself.</summary>
    public SimulatedProcess? Running { get; set; }

    /// <summary>The first broken invariant.</summary>
    public string? Violation { get; private set; }

    /// <summary>Set: nothing happens any more, whoever still wants it to.</summary>
    public bool IsOver { get; set; }

    /// <summary>All that happened, one line for each.</summary>
    public string Trace => trace.ToString();

    public int Steps { get; private set; }

    /// <summary>Lets something happen later. What is due at the same moment happens in an order of chance.</summary>
    /// <param name="process">Whose doing it is; it does not happen once that process is dead. Null: the world's.</param>
    public void After(TimeSpan delay, SimulatedProcess? process, Action action)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            Fail("something ran beside the world's one thread: " + Environment.StackTrace);
        }

        queue.Enqueue(new Happening(process, action), (now + delay.Ticks, order.Next()));
    }

    /// <summary>A task that ends in the process, after a while.</summary>
    /// <remarks>
    /// What awaits it without coming back to its context (ConfigureAwait(false), as EF Core does) goes on at once only where there is no
    /// context; with one, .NET would send it to the thread pool. What awaits it with a context comes back to that by itself.
    /// </remarks>
    public Task Delay(TimeSpan delay, SimulatedProcess process)
    {
        var end = new TaskCompletionSource();
        After(delay, process, () =>
        {
            SynchronizationContext.SetSynchronizationContext(null);
            end.SetResult();
        });
        return end.Task;
    }

    /// <summary>The end of what begins now; what goes on already does not end earlier for it.</summary>
    public TimeSpan LaterThan(TimeSpan until, TimeSpan duration) => Now + duration is var end && end > until ? end : until;

    /// <summary>Stops a process, as by SIGSTOP or a paused virtual machine, and lets it go on after a while.</summary>
    public void StandStill(SimulatedProcess process)
    {
        process.StoppedUntil = LaterThan(process.StoppedUntil, Dice.Chance(0.7) ? Dice.Seconds(1, 25) : Dice.Seconds(25, 120));
        Note($"{process.Name} stands still until {process.StoppedUntil}");
    }

    public void Note(string what) => trace.Append(System.Globalization.CultureInfo.InvariantCulture, $"{Now:hh\\:mm\\:ss\\.fffffff} {what}\n");

    public void Fail(string invariant)
    {
        Note("VIOLATION " + invariant);
        Violation ??= invariant;
    }

    /// <summary>Runs until something is broken, nothing is left to happen, the time is over, or it is said to be enough.</summary>
    public void RunUntil(TimeSpan end, Func<bool> isEnough)
    {
        while (Violation is null && !isEnough() && queue.TryPeek(out _, out var next) && next.Due <= end.Ticks)
        {
            var happening = queue.Dequeue();
            now = next.Due;
            if (happening.Process is { } process)
            {
                Run(process, happening, next);
            }
            else
            {
                happening.Action();
            }
        }
    }

    private void Run(SimulatedProcess process, Happening happening, (long Due, ulong Order) at)
    {
        if (process.IsAlive && process.StoppedUntil <= Now)
        {
            Steps++;
            process.BeforeStep();
        }

        if (!process.IsAlive)
        {
            return;
        }

        if (process.StoppedUntil > Now)
        {
            queue.Enqueue(happening, (process.StoppedUntil.Ticks, at.Order));
            return;
        }

        process.Run(happening.Action);
    }

    private readonly record struct Happening(SimulatedProcess? Process, Action Action);
}
