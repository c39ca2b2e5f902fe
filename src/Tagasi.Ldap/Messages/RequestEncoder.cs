namespace Tagasi.Ldap.Messages;

/// <summary>Writes the requests of RFC 4511, 4.2 to 4.11, each as a whole LDAPMessage.</summary>
internal static class RequestEncoder
{
    private const int Version = 3;
    private const int NeverDerefAliases = 0;

    public static void SimpleBind(BerWriter writer, int id, string name, ReadOnlySpan<byte> password)
    {
        using var message = Begin(writer, id);
        using var bind = writer.Begin(Tag.BindRequest);
        writer.WriteInteger(Version);
        writer.WriteString(name);
        writer.WriteBytes(password, Tag.SimpleAuthentication);
    }

    public static void SaslBind(BerWriter writer, int id, string mechanism, ReadOnlySpan<byte> token)
    {
        using var message = Begin(writer, id);
        using var bind = writer.Begin(Tag.BindRequest);
        writer.WriteInteger(Version);
        writer.WriteString("");
        using var sasl = writer.Begin(Tag.SaslAuthentication);
        writer.WriteString(mechanism);
        writer.WriteBytes(token);
    }

    public static void Search(BerWriter writer, int id, LdapSearch search, int timeLimitSeconds, LdapControl? paging)
    {
        using var message = Begin(writer, id);
        using (writer.Begin(Tag.SearchRequest))
        {
            writer.WriteString(search.BaseDn);
            writer.WriteInteger((int)search.Scope, Tag.Enumerated);
            writer.WriteInteger(NeverDerefAliases, Tag.Enumerated);
            writer.WriteInteger(search.SizeLimit);
            writer.WriteInteger(timeLimitSeconds);
            writer.WriteBoolean(false); // typesOnly
            search.Filter.Encode(writer);
            using var attributes = writer.Begin(Tag.Sequence);
            foreach (var attribute in search.Attributes)
            {
                writer.WriteString(attribute);
            }
        }

        Controls(writer, paging is null ? search.Controls : [.. search.Controls, paging]);
    }

    public static void Modify(BerWriter writer, int id, string dn, IReadOnlyList<LdapModification> changes, IReadOnlyList<LdapControl> controls)
    {
        using var message = Begin(writer, id);
        using (writer.Begin(Tag.ModifyRequest))
        {
            writer.WriteString(dn);
            using var list = writer.Begin(Tag.Sequence);
            foreach (var change in changes)
            {
                Change(writer, change);
            }
        }

        Controls(writer, controls);
    }

    public static void Abandon(BerWriter writer, int id, int abandonedId)
    {
        using var message = Begin(writer, id);
        writer.WriteInteger(abandonedId, Tag.AbandonRequest);
    }

    public static void Unbind(BerWriter writer, int id)
    {
        using var message = Begin(writer, id);
        writer.WriteBytes([], Tag.UnbindRequest);
    }

    private static BerWriter.Scope Begin(BerWriter writer, int id)
    {
        var message = writer.Begin(Tag.Sequence);
        writer.WriteInteger(id);
        return message;
    }

    private static void Change(BerWriter writer, LdapModification change)
    {
        using var outer = writer.Begin(Tag.Sequence);
        writer.WriteInteger(change.Operation, Tag.Enumerated);
        using var attribute = writer.Begin(Tag.Sequence);
        writer.WriteString(change.Attribute);
        using var values = writer.Begin(Tag.Set);
        foreach (var value in change.Values)
        {
            writer.WriteBytes(value.Span);
        }
    }

    private static void Controls(BerWriter writer, IReadOnlyList<LdapControl> controls)
    {
        if (controls.Count == 0)
        {
            return;
        }

        using var list = writer.Begin(Tag.Controls);
        foreach (var control in controls)
        {
            using var item = writer.Begin(Tag.Sequence);
            writer.WriteString(control.Oid);
            // criticality DEFAULT FALSE: RFC 4511, 5.1 leaves defaults out.
            if (control.IsCritical)
            {
                writer.WriteBoolean(true);
            }

            if (control.Value is { } value)
            {
                writer.WriteBytes(value.Span);
            }
        }
    }
}
