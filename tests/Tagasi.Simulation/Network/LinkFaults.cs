namespace Tagasi.Simulation.Network;

/// <summary>How the network between service and agents behaves. Probabilities are per message.</summary>
internal sealed record LinkFaults
{
    public double Lost { get; init; }

    /// <summary>Comes twice, the second time up to a minute later: a relay that replays.</summary>
    public double Duplicated { get; init; }

    /// <summary>Takes seconds, so that later ones overtake it.</summary>
    public double Late { get; init; }

    /// <summary>An answer is replaced by one that says applied, signed by a key that is not the agent's: a relay that lies.</summary>
    public double Forged { get; init; }

    /// <summary>A side that dies says nothing: the other learns it from silence.</summary>
    public double HalfOpen { get; init; }
}
