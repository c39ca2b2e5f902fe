namespace Tagasi.Simulation.Parties;

/// <summary>Somebody with a browser.</summary>
internal interface IParty
{
    bool IsDone { get; }

    Task RunAsync();
}
