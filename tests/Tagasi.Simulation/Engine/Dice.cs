namespace Tagasi.Simulation.Engine;

/// <summary>All chance of a run: the same seed throws the same numbers, on every machine and in every version of .NET.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014): one addition and three multiplications a throw, and any seed is a good one.</remarks>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Dice of their own, so that throws in one place do not move those in another.</summary>
    public Dice Fork() => new(Next());

    /// <returns>0 to <paramref name="count"/> - 1.</returns>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <returns>0 to 1.</returns>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks((long)(Next() % (ulong)((most - least).Ticks + 1)));

    public TimeSpan Seconds(double least, double most) => Between(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
