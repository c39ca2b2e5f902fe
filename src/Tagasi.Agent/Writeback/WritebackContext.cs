using Tagasi.Agent.Onboarding;

namespace Tagasi.Agent.Writeback;

/// <summary>What every request is judged by and carried out with. All of it comes from this host.</summary>
internal sealed record WritebackContext(
    TicketGate Gate,
    LocalPolicy Policy,
    RateBreaker Breaker,
    WrongPasswords WrongPasswords,
    SealingKeys Keys,
    KnownAgents KnownAgents,
    IReadOnlyDictionary<string, IDirectory> Directories,
    TimeProvider Time);
