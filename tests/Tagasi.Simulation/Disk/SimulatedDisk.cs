using Tagasi.Agent.Journal;
using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Disk;

/// <summary>How a disk behaves. Probabilities are per line.</summary>
internal sealed record DiskFaults
{
    /// <summary>Full: the line is not kept, nor is any further one until a restart.</summary>
    public double Full { get; init; }

    /// <summary>The flush fails: the line is there, torn or missing, and no further line is taken until a restart.</summary>
    public double FlushFails { get; init; }

    /// <summary>A flush takes seconds.</summary>
    public double Slow { get; init; }
}

/// <summary>A disk with one journal on it. What is not flushed may be lost, whole or in part, when its host dies.</summary>
internal sealed class SimulatedDisk(World world, string name) : IJournalFile
{
    private readonly MemoryStream durable = new();
    private readonly List<byte[]> unflushed = [];
    private SimulatedProcess process = null!;
    private TimeSpan busyUntil;
    private bool isBroken;

    public DiskFaults Faults { get; set; } = new();

    /// <summary>A new process opens it.</summary>
    public void Attach(SimulatedProcess opener) => (process, isBroken, busyUntil) = (opener, false, world.Now);

    public byte[] ReadAll() => durable.ToArray();

    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        var mine = line.ToArray();
        unflushed.Add(mine);
        busyUntil = (busyUntil > world.Now ? busyUntil : world.Now)
            + (world.Dice.Chance(Faults.Slow) ? world.Dice.Seconds(0.5, 8) : world.Dice.Seconds(0.0005, 0.01));
        await world.Delay(busyUntil - world.Now, process);
        unflushed.Remove(mine);
        if (isBroken)
        {
            throw new IOException("the journal could not be written before");
        }

        if (world.Dice.Chance(Faults.Full))
        {
            world.Note($"{name} is full");
            isBroken = true;
            throw new IOException("No space left on device");
        }

        if (world.Dice.Chance(Faults.FlushFails))
        {
            isBroken = true;
            Keep(mine, PartOf(mine));
            throw new IOException("Input/output error");
        }

        durable.Write(mine);
    }

    public void Replace(ReadOnlySpan<byte> content)
    {
        if (world.Dice.Chance(Faults.Full))
        {
            throw new IOException("No space left on device");
        }

        durable.SetLength(0);
        durable.Write(content);
    }

    /// <summary>The host dies: of what was not flushed a part may be there.</summary>
    public void LosePower()
    {
        // After a failed flush nothing was written any more.
        foreach (var line in isBroken ? [] : unflushed)
        {
            var kept = world.Dice.Chance(0.3) ? line.Length : PartOf(line);
            Keep(line, kept);
            if (kept < line.Length)
            {
                break;
            }
        }

        unflushed.Clear();
    }

    /// <summary>Nothing is left on it.</summary>
    public void Clear() => durable.SetLength(0);

    public void Dispose()
    {
        // Like a disk, it outlives the process.
    }

    // Nothing, a part, or all but the line feed.
    private int PartOf(byte[] line) => world.Dice.Below(3) switch
    {
        0 => 0,
        1 => (int)(line.Length * world.Dice.Fraction()),
        _ => line.Length - 1,
    };

    private void Keep(byte[] line, int bytes)
    {
        world.Note($"{name} keeps {(bytes == line.Length ? "all" : bytes == 0 ? "nothing" : "a part")} of a line that was not flushed");
        durable.Write(line, 0, bytes);
    }
}
