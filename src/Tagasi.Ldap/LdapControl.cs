namespace Tagasi.Ldap;

/// <summary>A control of a request or of an answer (RFC 4511, 4.1.11).</summary>
/// <param name="Oid">Its dotted object identifier.</param>
/// <param name="IsCritical">On a request: refuse the request (result 12) rather than ignore a control you do not know.</param>
/// <param name="Value">Its BER value, or null when it has none (which is not the same as an empty one).</param>
public sealed record LdapControl(string Oid, bool IsCritical, ReadOnlyMemory<byte>? Value = null)
{
    /// <inheritdoc/>
    public override string ToString() => IsCritical ? $"{Oid} (critical)" : Oid;
}
