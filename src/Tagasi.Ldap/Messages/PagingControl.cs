using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap.Messages;

/// <summary>Simple paged results (RFC 2696): a page size out, a cookie back, and the cookie out again for the next page.</summary>
internal static class PagingControl
{
    public const string Oid = "1.2.840.113556.1.4.319";

    public static LdapControl Request(int pageSize, ReadOnlyMemory<byte> cookie)
    {
        using var buffer = new WipedBuffer(64);
        var writer = new BerWriter(buffer);
        using (writer.Begin(Tag.Sequence))
        {
            writer.WriteInteger(pageSize);
            writer.WriteBytes(cookie.Span);
        }

        // Critical: a server that cannot page shall say so rather than send everything at once.
        return new LdapControl(Oid, IsCritical: true, buffer.Memory.ToArray());
    }

    /// <summary>The cookie for the next page; empty when this was the last.</summary>
    public static ReadOnlyMemory<byte> Cookie(IReadOnlyList<LdapControl> controls)
    {
        var control = controls.FirstOrDefault(c => c.Oid == Oid);
        if (control is null)
        {
            return default;
        }

        var reader = new BerReader(control.Value ?? default).ReadNested(Tag.Sequence);
        reader.ReadInteger();
        return reader.Read(Tag.OctetString);
    }
}
