namespace Tagasi.Simulation.Engine;

/// <summary>One process: what its code awaits comes back to it through the world's queue. Killed, nothing of it happens any more.</summary>
internal sealed class SimulatedProcess(World world, string name) : SynchronizationContext
{
    private volatile bool isAlive = true;

    public string Name => name;

    public bool IsAlive => isAlive && !world.IsOver;

    /// <summary>Stopped, as by SIGSTOP or a paused virtual machine: what is due happens when it goes on.</summary>
    public TimeSpan StoppedUntil { get; set; }

    /// <summary>Called before each step. It may kill the process in place of it, or stop it.</summary>
    public Action BeforeStep { get; set; } = () => { };

    public void Kill() => isAlive = false;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsAlive)
        {
            return; // The garbage collector ends the timers of the dead, on a thread of its own.
        }

        var isForeign = IsForeign(state);
        world.After(TimeSpan.Zero, this, () =>
        {
            if (isForeign)
            {
                SetSynchronizationContext(null);
            }

            d(state);
        });
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits by blocking.");

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Action action)
    {
        world.Running = this;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        catch (Exception e)
        {
            world.Fail($"{name} threw {e}");
        }
        finally
        {
            SetSynchronizationContext(null);
            world.Running = null;
        }
    }

    /// <summary>Begins work that nobody waits for. If it fails, that is a bug.</summary>
    public void Start(Func<Task> work) => world.After(TimeSpan.Zero, this, () => _ = WatchAsync(work));

    // EF Core never comes back to its context but in StateManager.SaveChangesAsync. What waits for that does not, and .NET would send it to
    // the thread pool if it ended within a context.
    private static bool IsForeign(object? state) =>
        (state as Delegate)?.Target?.GetType() is { IsGenericType: true } box
        && box.GenericTypeArguments[^1].Namespace?.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) == true;

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            world.Fail($"{name} threw {e}");
        }
    }
}
