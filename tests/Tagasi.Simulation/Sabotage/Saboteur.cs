using Tagasi.Agent.Journal;
using Tagasi.Agent.Writeback;
using Tagasi.Cloud.Relay;

namespace Tagasi.Simulation.Sabotage;

/// <summary>Where a run can be broken on purpose without touching the production code. This one breaks nothing.</summary>
internal class Saboteur
{
    public virtual IJournalFile Journal(IJournalFile disk) => disk;

    public virtual IDirectory Directory(IDirectory directory) => directory;

    public virtual IAgentWire Wire(IAgentWire wire, ConnectedAgents agents) => wire;
}
