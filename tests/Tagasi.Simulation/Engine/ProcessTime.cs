namespace Tagasi.Simulation.Engine;

/// <summary>Time as one process is handed it: its host's wall clock, and timers that only true time moves.</summary>
internal sealed class ProcessTime(World world, SimulatedProcess process, HostClock clock) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => clock.Now;

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(world, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(World world, SimulatedProcess process, Action callback) : ITimer
    {
        // A setting that was changed since does not fire.
        private int setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            setting++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Set(dueTime, period, setting);
            }

            return true;
        }

        public void Dispose() => setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan dueTime, TimeSpan period, int mine) => world.After(dueTime, process, () =>
        {
            if (setting != mine)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Set(period, period, mine);
            }

            callback();
        });
    }
}
