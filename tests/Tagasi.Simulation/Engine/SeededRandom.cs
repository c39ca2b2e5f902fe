using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tagasi.Simulation.Engine;

/// <summary>The randomness that production code is handed.</summary>
internal sealed class SeededRandom(Dice dice) : RandomNumberGenerator
{
    public override void GetBytes(byte[] data)
    {
        var eight = new byte[8];
        for (var i = 0; i < data.Length; i++)
        {
            if (i % eight.Length == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(eight, dice.Next());
            }

            data[i] = eight[i % eight.Length];
        }
    }
}
