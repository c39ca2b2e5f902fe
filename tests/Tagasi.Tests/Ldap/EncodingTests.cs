using System.Formats.Asn1;
using System.Text;
using CsCheck;
using Tagasi.Ldap;
using Tagasi.Ldap.Messages;
using Tagasi.Ldap.Wire;

namespace Tagasi.Tests.Ldap;

/// <summary>Requests, byte by byte. The examples are those of the wire reference at ldap.com, which RFC 4511 itself does not give.</summary>
public sealed class EncodingTests
{
    [Fact]
    public void A_simple_bind_is_encoded_as_the_reference_shows() => Assert.Equal(
        "3039020101603402010304247569643D6A646F652C6F753D50656F706C652C64633D6578616D706C652C64633D636F6D8009736563726574313233",
        Encode(w => RequestEncoder.SimpleBind(w, 1, "uid=jdoe,ou=People,dc=example,dc=com", "secret123"u8)));

    [Fact]
    public void A_sasl_bind_is_encoded_as_the_reference_shows() => Assert.Equal(
        "3020020101601B0201030400A314040A4753532D53504E45474F0406010203040506",
        Encode(w => RequestEncoder.SaslBind(w, 1, "GSS-SPNEGO", [1, 2, 3, 4, 5, 6])));

    [Fact]
    public void An_unbind_is_encoded_as_the_reference_shows() => Assert.Equal("30050201034200", Encode(w => RequestEncoder.Unbind(w, 3)));

    [Fact]
    public void An_abandon_is_encoded_as_the_reference_shows() => Assert.Equal("3006020106500105", Encode(w => RequestEncoder.Abandon(w, 6, 5)));

    [Fact]
    public void A_search_is_encoded_as_the_reference_shows() => Assert.Equal(
        "305602010263510411" + Hex("dc=example,dc=com") + "0A01020A010002020384" + "02011E" + "010100"
        + "A024A315040B" + Hex("objectClass") + "0406" + Hex("person") + "A30B0403" + Hex("uid") + "0404" + Hex("jdoe") + "3006" + "0401" + Hex("*") + "0401" + Hex("+"),
        Encode(w => RequestEncoder.Search(
            w,
            2,
            new LdapSearch
            {
                BaseDn = "dc=example,dc=com",
                SizeLimit = 900,
                Filter = LdapFilter.And(LdapFilter.Equal("objectClass", "person"), LdapFilter.Equal("uid", "jdoe")),
                Attributes = ["*", "+"],
            },
            30,
            paging: null)));

    // No reference shows one; counted by hand.
    [Fact]
    public void A_modify_with_a_critical_control_is_encoded_byte_by_byte() => Assert.Equal(
        "304A020102" + "6621" + "0403" + Hex("c=x") + "301A" + "3018" + "0A0102" + "3013" + "040A" + Hex("unicodePwd") + "3105" + "0403010203"
        + "A022" + "3020" + "0417" + Hex("1.2.840.113556.1.4.2239") + "0101FF" + "04020500",
        Encode(w => RequestEncoder.Modify(
            w,
            2,
            "c=x",
            [LdapModification.Replace("unicodePwd", new byte[] { 1, 2, 3 })],
            [new LdapControl("1.2.840.113556.1.4.2239", true, new byte[] { 5, 0 })])));

    [Fact]
    public void A_page_is_asked_for_as_RFC_2696_writes_it() =>
        Assert.Equal("3009020203E80403616263", Convert.ToHexString(PagingControl.Request(1000, "abc"u8.ToArray()).Value!.Value.Span));

    [Fact]
    public void Integers_are_the_ones_that_the_systems_writer_makes() => Gen.Int.Sample(value =>
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteInteger(value);
        return Encode(w => w.WriteInteger(value)) == Convert.ToHexString(writer.Encode());
    });

    [Fact]
    public void Lengths_of_every_size_are_the_ones_that_the_systems_writer_makes()
    {
        foreach (var size in new[] { 0, 1, 126, 127, 128, 129, 254, 255, 256, 257, 65_534, 65_535, 65_536, 70_000, 16_777_220 })
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(new byte[size]);
            }

            var ours = Bytes(w =>
            {
                using var sequence = w.Begin(Tag.Sequence);
                w.WriteBytes(new byte[size]);
            });
            Assert.True(ours.AsSpan().SequenceEqual(writer.Encode()), $"Size {size}");
        }
    }

    [Fact]
    public void Whatever_is_modified_the_systems_reader_finds_it_again() =>
        Gen.Select(Gen.String[0, 300], Gen.Byte.Array[0, 300].List[0, 5], Gen.Int[1, int.MaxValue]).Where(t => IsText(t.Item1)).Sample((dn, values, id) =>
        {
            var changes = new[] { LdapModification.Replace("a", [.. values.Select(v => (ReadOnlyMemory<byte>)v)]), LdapModification.Delete("b") };
            var request = Request.Read(Bytes(w => RequestEncoder.Modify(w, id, dn, changes, [])));
            var fields = request.Fields();
            var name = Encoding.UTF8.GetString(fields.ReadOctetString());
            var first = fields.ReadSequence().ReadSequence();
            var operation = first.ReadEnumeratedBytes().Span[0];
            var attribute = first.ReadSequence();
            attribute.ReadOctetString();
            var set = attribute.ReadSetOf(skipSortOrderValidation: true);
            var read = new List<byte[]>();
            while (set.HasData)
            {
                read.Add(set.ReadOctetString());
            }

            return request.Id == id && name == dn && operation == 2 && read.Select(Convert.ToHexString).SequenceEqual(values.Select(Convert.ToHexString));
        });

    [Fact]
    public void Text_that_UTF8_cannot_say_is_refused_and_not_mended() =>
        Assert.ThrowsAny<ArgumentException>(() => Encode(w => RequestEncoder.SimpleBind(w, 1, "\uD800", "x"u8)));

    [Fact]
    public void An_attribute_name_cannot_carry_syntax()
    {
        Assert.Throws<ArgumentException>(() => LdapModification.Delete("cn)(x=*"));
        Assert.Throws<ArgumentException>(() => LdapFilter.Present("cn)"));
    }

    internal static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    internal static bool IsText(string text)
    {
        try
        {
            return StrictUtf8.Encoding.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    internal static string Encode(Action<BerWriter> write) => Convert.ToHexString(Bytes(write));

    internal static byte[] Bytes(Action<BerWriter> write)
    {
        using var buffer = new WipedBuffer(16);
        write(new BerWriter(buffer));
        return buffer.Memory.ToArray();
    }
}
