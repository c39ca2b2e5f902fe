using System.Text;

namespace Tagasi.Ldap.Messages;

/// <summary>Makes a message of one LDAPMessage (RFC 4511, 4.1.1), or throws <see cref="LdapProtocolException"/>; nothing else.</summary>
/// <remarks>Elements after those known are passed over, as the RFC's section 4 demands, but have to be well-formed.</remarks>
internal static class ResponseDecoder
{
    // Bounds on what small elements can blow up to in memory: a message of 4 MiB would hold 700,000 empty attributes, some 150 MB of objects.
    // Active Directory's schema has some 1,500 attributes, and 5,000 values are the most it gives of one.
    private const int MaxAttributes = 10_000;
    private const int MaxValues = 200_000;
    private const int MaxUris = 1_000;
    private const int MaxControls = 100;

    public static LdapMessage Decode(ReadOnlyMemory<byte> message)
    {
        var outer = new BerReader(message);
        var reader = outer.ReadNested(Tag.Sequence);
        Require(outer.IsAtEnd, "Bytes after the message.");
        var id = reader.ReadInteger();
        Require(id >= 0, "A negative message id.");
        var operation = new BerReader(reader.ReadAny(out var tag));
        var controls = reader.IsNext(Tag.Controls) ? Controls(reader.ReadNested(Tag.Controls)) : [];
        PassOverRest(ref reader);
        return tag switch
        {
            Tag.SearchResultEntry => new EntryMessage(id, Entry(operation), message.Length),
            Tag.SearchResultReference => new ReferenceMessage(id, Uris(operation)),
            Tag.IntermediateResponse => new IntermediateMessage(id),
            Tag.BindResponse or Tag.SearchResultDone or Tag.ModifyResponse or Tag.ExtendedResponse => Result(id, tag, operation, controls),
            _ => throw new LdapProtocolException($"{tag:X2} is not an answer to anything this client asks."),
        };
    }

    private static ResultMessage Result(int id, byte tag, BerReader reader, IReadOnlyList<LdapControl> controls)
    {
        var code = (LdapResultCode)reader.ReadInteger(Tag.Enumerated);
        var matched = reader.ReadString();
        // Words for people, possibly of a server with another code page, and ended by a NUL by Active Directory: here mending does no harm.
        var diagnostic = Encoding.UTF8.GetString(reader.Read(Tag.OctetString).Span).TrimEnd('\0', '\r', '\n', ' ');
        var referrals = reader.IsNext(Tag.Referral) ? Uris(reader.ReadNested(Tag.Referral)) : [];
        ReadOnlyMemory<byte> credentials = default;
        string? name = null;
        while (!reader.IsAtEnd)
        {
            var value = reader.ReadAny(out var next);
            credentials = tag == Tag.BindResponse && next == Tag.ServerSaslCredentials ? value : credentials;
            name = tag == Tag.ExtendedResponse && next == Tag.ExtendedResponseName ? BerReader.DecodeString(value.Span) : name;
        }

        return new ResultMessage(id, tag, new LdapResult(code, matched, diagnostic, referrals, controls), credentials, name);
    }

    private static LdapEntry Entry(BerReader reader)
    {
        var dn = reader.ReadString();
        var list = reader.ReadNested(Tag.Sequence);
        PassOverRest(ref reader);
        var attributes = new Dictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>>(StringComparer.OrdinalIgnoreCase);
        var valuesLeft = MaxValues;
        while (!list.IsAtEnd)
        {
            var attribute = list.ReadNested(Tag.Sequence);
            var name = attribute.ReadString();
            var values = Values(attribute.ReadNested(Tag.Set), ref valuesLeft);
            PassOverRest(ref attribute);
            Require(attributes.TryAdd(name, values), "An entry names an attribute twice.");
            Require(attributes.Count <= MaxAttributes, "An entry has too many attributes.");
        }

        return new LdapEntry(dn, attributes);
    }

    private static ReadOnlyMemory<byte>[] Values(BerReader reader, ref int left)
    {
        var values = new List<ReadOnlyMemory<byte>>(1);
        while (!reader.IsAtEnd)
        {
            values.Add(reader.Read(Tag.OctetString));
            Require(--left >= 0, "An entry has too many values.");
        }

        return [.. values];
    }

    private static List<string> Uris(BerReader reader)
    {
        var uris = new List<string>(1);
        while (!reader.IsAtEnd)
        {
            uris.Add(reader.ReadString());
            Require(uris.Count <= MaxUris, "Too many referrals.");
        }

        Require(uris.Count > 0, "A referral to nowhere.");
        return uris;
    }

    private static List<LdapControl> Controls(BerReader reader)
    {
        var controls = new List<LdapControl>(1);
        while (!reader.IsAtEnd)
        {
            var control = reader.ReadNested(Tag.Sequence);
            var oid = control.ReadString();
            var critical = control.IsNext(Tag.Boolean) && control.ReadBoolean();
            // Without its type the null would become an empty value, by way of a null array.
            var value = control.IsNext(Tag.OctetString) ? control.Read(Tag.OctetString) : (ReadOnlyMemory<byte>?)null;
            PassOverRest(ref control);
            controls.Add(new LdapControl(oid, critical, value));
            Require(controls.Count <= MaxControls, "Too many controls.");
        }

        return controls;
    }

    private static void PassOverRest(ref BerReader reader)
    {
        while (!reader.IsAtEnd)
        {
            reader.ReadAny(out _);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new LdapProtocolException(otherwise);
        }
    }
}
