namespace Tagasi.Simulation.Forest;

/// <summary>An account of the domain, and whether the agents' settings allow it to be reset.</summary>
/// <param name="IsAllowed">The simulator's own answer, for the invariant: it does not ask the code under test.</param>
internal sealed record SimulatedUser(
    Guid ObjectGuid, string Name, string DistinguishedName, uint Rid, bool IsAllowed, bool IsDisabled = false, bool HasAdminCount = false, uint? PrivilegedGroup = null)
{
    /// <summary>Ordinary people, and one of each kind that must not be touched.</summary>
    public static readonly IReadOnlyList<SimulatedUser> All =
    [
        new(Id(1), "anna", "CN=Anna,OU=People,DC=north,DC=example", 1101, true),
        new(Id(2), "ben", "CN=Ben,OU=Staff,OU=People,DC=north,DC=example", 1102, true),
        new(Id(3), "chair", "CN=Chair,OU=Board,OU=People,DC=north,DC=example", 1103, false),
        new(Id(4), "dora", "CN=Dora,OU=People,DC=north,DC=example", 1104, false, PrivilegedGroup: 512),
        new(Id(5), "eve", "CN=Eve,OU=People,DC=north,DC=example", 1105, false, IsDisabled: true),
    ];

    private static Guid Id(byte number) => new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, number);
}
