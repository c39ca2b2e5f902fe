namespace Tagasi.Protocol;

/// <summary>The version of what service and agent say to each other.</summary>
/// <remarks>
/// Raise <see cref="Current"/> with every change that the other side can notice and add a line here.
/// <list type="table">
/// <item><term>1</term><description>2026-11-24: enrolment, preflight, one reset by ticket and envelope, signed result, full import.</description></item>
/// <item><term>2</term><description>2026-11-25: operations other than reset; state of the account in the preflight; onboarding state and epochs; signed sealing keys and imports, agents that know each other; enrolment without showing the code.</description></item>
/// </list>
/// </remarks>
public static class ProtocolVersion
{
    /// <summary>The version that this build speaks.</summary>
    public const int Current = 2;

    /// <summary>The oldest version that this build still understands.</summary>
    public const int Oldest = 1;

    /// <summary>The first version with onboarding: epochs, ended leases, details of a refused hello.</summary>
    public const int Onboarding = 2;

    /// <summary>The version to speak with a peer whose newest is <paramref name="version"/>: its own, or this build's if that is older.</summary>
    public static int CommonWith(int version) => Math.Min(version, Current);

    /// <summary>Whether this build can talk to a peer that speaks <paramref name="version"/>.</summary>
    public static bool IsSupported(int version) => version is >= Oldest and <= Current;
}
