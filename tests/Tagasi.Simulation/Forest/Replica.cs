namespace Tagasi.Simulation.Forest;

/// <summary>One account as one domain controller holds it.</summary>
internal sealed record Replica(string Password, long PasswordLastSet, int Version, DateTimeOffset WrittenAt, long UpdateSequenceNumber)
{
    /// <summary>Of two originating writes the higher version wins, then the later one. [MS-DRSR] 5.16.4.3</summary>
    public bool IsBefore(Replica other) => (Version, WrittenAt).CompareTo((other.Version, other.WrittenAt)) < 0;
}
