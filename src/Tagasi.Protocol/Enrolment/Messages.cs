using System.Text.Json.Serialization;

namespace Tagasi.Protocol.Enrolment;

/// <summary>GET /api/enrolment/key: the service's signing key, to be held against the code's fingerprint before the code is shown to anyone.</summary>
/// <param name="PublicKey">P-256, SubjectPublicKeyInfo (DER).</param>
/// <param name="Version">The protocol version that the service speaks with who asks (query <c>version</c>, his newest; without it he is of version 1).</param>
public sealed record ServiceKey(byte[] PublicKey, int Version);

/// <summary>POST /api/enrolment: one agent host asks to be admitted to a tenant.</summary>
/// <param name="HostName">What the administrator will know the agent by.</param>
/// <param name="AgentVersion">The agent's own version.</param>
/// <param name="IdentityKey">The agent's public identity key: P-256, SubjectPublicKeyInfo (DER).</param>
/// <param name="Proof">A JWS of type <c>tagasi-enrolment</c> by that key over the secret's bytes, from version 2 on over <paramref name="Binding"/>: the sender holds the private half.</param>
/// <param name="Secret">Version 1: the secret half of the one-time code (<see cref="EnrolmentCode.Secret"/>). Null from version 2 on: nobody is shown it.</param>
/// <param name="Replaces">The agent that this host was, to be revoked (<see cref="Relay.AgentIdentity.ProveReplacement"/>); null: none. From protocol version 2 on.</param>
/// <param name="CodeId">What the service finds the code by (<see cref="EnrolmentCode.IdOf"/>).</param>
/// <param name="Binding">Who has the code admits this identity key and no other (<see cref="EnrolmentCode.Bind"/>): a proxy on the way can put in none of its own.</param>
public sealed record EnrolmentRequest(
    string HostName, string AgentVersion, byte[] IdentityKey, string Proof,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Secret = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Replaces = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? CodeId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Binding = null)
{
    /// <summary>What the proofs are made over.</summary>
    public byte[] Shown => Secret ?? Binding ?? [];
}

/// <summary>The agent is admitted.</summary>
/// <param name="AgentId">The agent's id at the service.</param>
/// <param name="TenantId">The tenant that it now serves.</param>
/// <param name="TenantName">For the administrator to read.</param>
public sealed record EnrolmentReply(Guid AgentId, Guid TenantId, string TenantName);

/// <summary>POST /api/agents/challenge: something fresh to sign.</summary>
/// <param name="Value">Opaque; good for a minute.</param>
/// <param name="Time">The service's clock.</param>
public sealed record Challenge(string Value, DateTimeOffset Time);
