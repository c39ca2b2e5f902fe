namespace Tagasi.Ldap.Messages;

/// <summary>A message from the server, decoded.</summary>
internal abstract record LdapMessage(int Id)
{
    /// <summary>True when nothing more follows for this id.</summary>
    public virtual bool IsFinal => true;
}

/// <summary>Any answer that is an LDAPResult: bind, search done, modify, extended.</summary>
internal sealed record ResultMessage(int Id, byte Tag, LdapResult Result, ReadOnlyMemory<byte> SaslCredentials, string? ExtendedName)
    : LdapMessage(Id);

internal sealed record EntryMessage(int Id, LdapEntry Entry, int SizeBytes) : LdapMessage(Id)
{
    public override bool IsFinal => false;
}

internal sealed record ReferenceMessage(int Id, IReadOnlyList<string> Uris) : LdapMessage(Id)
{
    public override bool IsFinal => false;
}

/// <summary>Something between that this library never asks for and may ignore (RFC 4511, 4.13).</summary>
internal sealed record IntermediateMessage(int Id) : LdapMessage(Id)
{
    public override bool IsFinal => false;
}
