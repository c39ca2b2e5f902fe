using System.Text;
using Tagasi.Ldap;
using Tagasi.Ldap.Messages;

namespace Tagasi.Tests.Ldap;

public sealed class DecoderTests
{
    private static readonly byte[][] Samples =
    [
        Answers.Entry(1, "CN=Anna,DC=x", ("cn", ["Anna"]), ("mail", ["a@x", "b@x"]), ("empty", [])),
        Answers.Result(2, Answers.ModifyResponse, 53, "0000052D: no\0", controls: Answers.Paging("cookie")),
        Answers.Result(3, Answers.BindResponse, 14, saslCredentials: [1, 2, 3]),
        Answers.Result(4, Answers.SearchDone, 10, referrals: ["ldap://a/", "ldap://b/"]),
        Answers.Reference(5, "ldap://a/", "ldap://b/"),
        Answers.Result(0, Answers.ExtendedResponse, 52, "bye", extendedName: "1.3.6.1.4.1.1466.20036"),
    ];

    [Fact]
    public void What_a_server_wrote_is_what_is_read()
    {
        var entry = Assert.IsType<EntryMessage>(ResponseDecoder.Decode(Samples[0])).Entry;
        Assert.Equal("CN=Anna,DC=x", entry.Dn);
        Assert.Equal(["a@x", "b@x"], entry.Texts("MAIL"));
        Assert.Empty(entry.Values("empty"));

        var result = Assert.IsType<ResultMessage>(ResponseDecoder.Decode(Samples[1]));
        Assert.Equal((2, LdapResultCode.UnwillingToPerform, "0000052D: no", 0x52D), (result.Id, result.Result.Code, result.Result.Diagnostic, result.Result.Win32Code));
        Assert.Equal("cookie"u8, PagingControl.Cookie(result.Result.Controls).Span);

        Assert.Equal([1, 2, 3], Assert.IsType<ResultMessage>(ResponseDecoder.Decode(Samples[2])).SaslCredentials.ToArray());
        Assert.Equal(["ldap://a/", "ldap://b/"], Assert.IsType<ResultMessage>(ResponseDecoder.Decode(Samples[3])).Result.Referrals);
        Assert.Equal(["ldap://a/", "ldap://b/"], Assert.IsType<ReferenceMessage>(ResponseDecoder.Decode(Samples[4])).Uris);
        Assert.Equal("1.3.6.1.4.1.1466.20036", Assert.IsType<ResultMessage>(ResponseDecoder.Decode(Samples[5])).ExtendedName);
    }

    [Fact]
    public void A_control_without_a_value_is_not_a_control_with_an_empty_one()
    {
        var message = Answers.Result(1, Answers.ModifyResponse, controls: [new LdapControl("1.2", false), new LdapControl("1.3", false, Array.Empty<byte>())]);
        var controls = Assert.IsType<ResultMessage>(ResponseDecoder.Decode(message)).Result.Controls;
        Assert.Null(controls[0].Value);
        Assert.Equal(0, controls[1].Value!.Value.Length);
    }

    [Fact]
    public void Lengths_longer_than_needed_are_read_since_Windows_sends_them()
    {
        var message = Convert.FromHexString("308400000010020101678400000007" + "0A010004000400");
        Assert.True(Assert.IsType<ResultMessage>(ResponseDecoder.Decode(message)).Result.IsSuccess);
    }

    [Fact]
    public void Elements_that_nobody_knows_yet_are_passed_over()
    {
        var message = Convert.FromHexString("3018020101" + "670B" + "0A010004000400" + "8D02FFFF" + "AD06" + "300404020000");
        Assert.True(Assert.IsType<ResultMessage>(ResponseDecoder.Decode(message)).Result.IsSuccess);
    }

    [Theory]
    [InlineData("30800201016707" + "0A010004000400" + "0000", "an indefinite length")]
    [InlineData("300C0201016787" + "0A010004000400", "a length past the end")]
    [InlineData("300E020101670924040402414104000A0100", "a string in pieces")]
    [InlineData("300C0201FF6707" + "0A010004000400", "a negative id")]
    [InlineData("300C0201016707" + "0A010004000400" + "00", "bytes after the message")]
    [InlineData("300C020101" + "6007" + "0A010004000400", "a request for an answer")]
    [InlineData("300B020101" + "6706" + "0A0004000400", "a result code of no octets")]
    [InlineData("300D020101" + "6708" + "0A01000401FF0400", "a name that is not UTF-8")]
    [InlineData("300502010173" + "00", "a referral to nowhere")]
    [InlineData("3016020101" + "6411" + "0400" + "300D" + "30040401613100" + "30050401413100", "an attribute named twice, badly")]
    [InlineData("", "nothing")]
    public void What_RFC_4511_forbids_is_refused(string hex, string what)
    {
        var failure = Record.Exception(() => ResponseDecoder.Decode(Convert.FromHexString(hex)));
        Assert.True(failure is LdapProtocolException, what);
    }

    [Fact]
    public void An_attribute_named_twice_is_refused() => Assert.Throws<LdapProtocolException>(
        () => ResponseDecoder.Decode(Answers.Entry(1, "CN=x", ("mail", ["a"]), ("Mail", ["b"]))));

    [Fact]
    public void Nesting_a_million_deep_costs_nothing()
    {
        // Built from the inside: every level is a sequence around the one before.
        var bytes = new byte[6_000_000];
        for (var at = bytes.Length; at >= 6;)
        {
            var inside = bytes.Length - at;
            at -= 6;
            byte[] header = [0x30, 0x84, (byte)(inside >> 24), (byte)(inside >> 16), (byte)(inside >> 8), (byte)inside];
            header.CopyTo(bytes, at);
        }

        Assert.Throws<LdapProtocolException>(() => ResponseDecoder.Decode(bytes));
    }

    [Fact]
    public void Small_elements_cannot_blow_up_in_memory()
    {
        var many = Enumerable.Range(0, 10_001).Select(i => ($"a{i}", Array.Empty<string>())).ToArray();
        Assert.Throws<LdapProtocolException>(() => ResponseDecoder.Decode(Answers.Entry(1, "CN=x", many)));
        var values = ("member", Enumerable.Repeat("", 200_001).ToArray());
        Assert.Throws<LdapProtocolException>(() => ResponseDecoder.Decode(Answers.Entry(1, "CN=x", values)));
    }

    [Fact]
    public void A_header_over_the_limit_is_refused_before_its_content_is_waited_for()
    {
        Assert.Throws<LdapProtocolException>(() => BerHeader.TryRead([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF], 1 << 20, out _));
        Assert.Throws<LdapProtocolException>(() => BerHeader.TryRead([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], 1 << 20, out _));
        Assert.False(BerHeader.TryRead([0x30, 0x84, 0x7F], 1 << 20, out _));
    }

    [Fact]
    public void A_million_mutated_messages_make_the_decoder_throw_nothing_but_its_own()
    {
        var samples = Samples.Concat(Samples.Select(WithLongLengths)).ToArray();
        var refused = 0;
        Parallel.For(0, 4, part =>
        {
            // A generator of our own: fast, and the same messages on every run.
            var state = 0x9E3779B97F4A7C15UL * (ulong)(part + 1);
            var buffer = new byte[1024];
            for (var i = 0; i < 250_000; i++)
            {
                var sample = samples[Next(ref state, samples.Length)];
                sample.CopyTo(buffer, 0);
                var length = Mutate(buffer, sample.Length, ref state);
                if (!Survives(buffer.AsMemory(0, length)))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });
        // Both ways must have been taken often, or the mutations say nothing.
        Assert.InRange(refused, 100_000, 950_000);
    }

    private static bool Survives(ReadOnlyMemory<byte> message)
    {
        try
        {
            if (ResponseDecoder.Decode(message) is ResultMessage { Result: var result })
            {
                PagingControl.Cookie(result.Controls);
                _ = result.Win32Code;
            }

            return true;
        }
        catch (LdapProtocolException)
        {
            return false;
        }
    }

    private static int Mutate(byte[] buffer, int length, ref ulong state)
    {
        for (var flips = 1 + Next(ref state, 3); flips > 0; flips--)
        {
            var at = Next(ref state, length);
            switch (Next(ref state, 5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << Next(ref state, 8));
                    break;
                case 1:
                    buffer[at] = (byte)Next(ref state, 256);
                    break;
                case 2:
                    buffer[at] = (byte)(buffer[at] + 1 - (2 * Next(ref state, 2)));
                    break;
                case 3:
                    length = Math.Max(1, length - Next(ref state, 3));
                    break;
                default:
                    Array.Copy(buffer, at, buffer, Next(ref state, length), Math.Min(8, length - at));
                    break;
            }
        }

        return length;
    }

    // xorshift64: https://www.jstatsoft.org/article/view/v008i14
    private static int Next(ref ulong state, int below)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)below);
    }

    /// <summary>The same message as Windows would write it: outer lengths of four octets.</summary>
    private static byte[] WithLongLengths(byte[] message)
    {
        BerHeader.TryRead(message, int.MaxValue, out var header);
        var size = header.ContentBytes;
        return [0x30, 0x84, (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size, .. message.AsSpan(header.HeaderBytes)];
    }
}
