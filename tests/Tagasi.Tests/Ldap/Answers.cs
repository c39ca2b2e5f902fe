using System.Formats.Asn1;
using System.Text;
using Tagasi.Ldap;

namespace Tagasi.Tests.Ldap;

/// <summary>A request as the system's own reader sees it: the library under test has no say in it.</summary>
internal sealed record Request(int Id, byte Tag, ReadOnlyMemory<byte> Operation, IReadOnlyList<LdapControl> Controls, byte[] Whole)
{
    public static Request Read(byte[] whole)
    {
        var message = new AsnReader(whole, AsnEncodingRules.BER).ReadSequence();
        Assert.True(message.TryReadInt32(out var id));
        var operation = message.ReadEncodedValue();
        var controls = new List<LdapControl>();
        if (message.HasData)
        {
            var list = message.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            while (list.HasData)
            {
                var control = list.ReadSequence();
                var oid = Encoding.UTF8.GetString(control.ReadOctetString());
                var critical = control.HasData && control.PeekTag() == Asn1Tag.Boolean && control.ReadBoolean();
                controls.Add(new LdapControl(oid, critical, control.HasData ? control.ReadOctetString() : (ReadOnlyMemory<byte>?)null));
            }
        }

        message.ThrowIfNotEmpty();
        return new Request(id, operation.Span[0], operation, controls, whole);
    }

    /// <summary>The fields of the operation.</summary>
    public AsnReader Fields() => new AsnReader(Operation, AsnEncodingRules.BER).ReadSequence(new Asn1Tag(TagClass.Application, Tag & 0x1F));

    public string Text() => Encoding.UTF8.GetString(Operation.Span);
}

/// <summary>Answers as a server writes them, made by the system's own writer.</summary>
internal static class Answers
{
    public const int BindResponse = 1;
    public const int SearchDone = 5;
    public const int ModifyResponse = 7;
    public const int ExtendedResponse = 24;

    public static byte[] Result(
        int id, int operation, int code = 0, string diagnostic = "", IReadOnlyList<string>? referrals = null,
        byte[]? saslCredentials = null, string? extendedName = null, params IReadOnlyList<LdapControl> controls) =>
        Message(id, controls, writer =>
        {
            using var response = writer.PushSequence(new Asn1Tag(TagClass.Application, operation));
            writer.WriteEncodedValue([0x0A, 1, (byte)code]);
            Text(writer, "");
            Text(writer, diagnostic);
            if (referrals is not null)
            {
                using var list = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
                referrals.ToList().ForEach(uri => Text(writer, uri));
            }

            if (saslCredentials is not null)
            {
                writer.WriteOctetString(saslCredentials, new Asn1Tag(TagClass.ContextSpecific, 7));
            }

            if (extendedName is not null)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(extendedName), new Asn1Tag(TagClass.ContextSpecific, 10));
            }
        });

    public static byte[] Entry(int id, string dn, params (string Name, string[] Values)[] attributes) =>
        EntryOfBytes(id, dn, [.. attributes.Select(a => (a.Name, a.Values.Select(Encoding.UTF8.GetBytes).ToArray()))]);

    public static byte[] EntryOfBytes(int id, string dn, params (string Name, byte[][] Values)[] attributes) => Message(id, [], writer =>
    {
        using var entry = writer.PushSequence(new Asn1Tag(TagClass.Application, 4));
        Text(writer, dn);
        using var list = writer.PushSequence();
        foreach (var (name, values) in attributes)
        {
            using var attribute = writer.PushSequence();
            Text(writer, name);
            using var set = writer.PushSetOf();
            values.ToList().ForEach(value => writer.WriteOctetString(value));
        }
    });

    public static byte[] Reference(int id, params string[] uris) => Message(id, [], writer =>
    {
        using var list = writer.PushSequence(new Asn1Tag(TagClass.Application, 19));
        uris.ToList().ForEach(uri => Text(writer, uri));
    });

    public static byte[] Done(int id, string? cookie = null) =>
        cookie is null ? Result(id, SearchDone) : Result(id, SearchDone, controls: Paging(cookie));

    public static LdapControl Paging(string cookie)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            Text(writer, cookie);
        }

        return new LdapControl("1.2.840.113556.1.4.319", false, writer.Encode());
    }

    public static byte[] Message(int id, IReadOnlyList<LdapControl> controls, Action<AsnWriter> operation)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            operation(writer);
            if (controls.Count > 0)
            {
                using var list = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
                foreach (var control in controls)
                {
                    using var item = writer.PushSequence();
                    Text(writer, control.Oid);
                    if (control.Value is { } value)
                    {
                        writer.WriteOctetString(value.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));
}
