using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tagasi.Protocol.Envelopes;
using Tagasi.Tests.Tidy;

namespace Tagasi.Tests.Protocol;

/// <summary>RFC 9180 by its own vectors and by a thousand accumulated messages.</summary>
public sealed class HpkeTests
{
    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, Read().GetArrayLength())];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Keys_and_messages_are_those_of_the_vectors(int index)
    {
        var vector = Read()[index];
        using var ephemeral = KeyOf(vector, "ikmE");
        using var recipient = KeyOf(vector, "ikmR");
        Assert.Equal(Hex(vector, "enc"), Hpke.PublicPoint(ephemeral));
        Assert.Equal(Hex(vector, "pkRm"), Hpke.PublicPoint(recipient));
        Assert.Equal(Hex(vector, "skRm"), Hpke.DeriveKeyPair(Hex(vector, "ikmR")));

        using var context = ContextOf(vector);
        var expected = vector.GetProperty("encryptions").EnumerateArray().ToDictionary(e => e.GetProperty("sequence").GetInt32(), e => Hex(e, "ct"));
        for (var sequence = 0; sequence <= expected.Keys.Max(); sequence++)
        {
            var ciphertext = context.Seal(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Count-{sequence}")), Hex(vector, "pt"));
            Assert.Equal(expected.GetValueOrDefault(sequence, ciphertext), ciphertext);
        }
    }

    [Fact]
    public void The_shared_secret_is_that_of_the_RFC()
    {
        var vector = Read()[0];
        using var ephemeral = KeyOf(vector, "ikmE");
        using var recipient = KeyOf(vector, "ikmR");
        Assert.Equal(Hex(vector, "shared_secret"), Hpke.Agree(ephemeral, recipient, Hex(vector, "enc"), Hex(vector, "pkRm")));
        Assert.Equal(Hex(vector, "shared_secret"), Hpke.Agree(recipient, ephemeral, Hex(vector, "enc"), Hex(vector, "pkRm")));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_thousand_messages_accumulate_to_the_published_value(int index)
    {
        Assert.True(Shake128.IsSupported, "The platform's OpenSSL is older than 1.1.1.");
        var vector = Read()[index];
        using var context = ContextOf(vector);
        using var sum = new Shake128();

        // One byte n, then n bytes, a thousand times aad and plaintext: at most this much of the stream of the empty string.
        var stream = Shake128.HashData([], 2 * 1000 * 256).AsSpan();
        for (var i = 0; i < 1000; i++)
        {
            var aad = stream.Slice(1, stream[0]);
            stream = stream[(1 + aad.Length)..];
            var plaintext = stream.Slice(1, stream[0]);
            stream = stream[(1 + plaintext.Length)..];
            sum.AppendData(context.Seal(aad, plaintext));
        }

        Assert.Equal(Hex(vector, "accumulated"), sum.GetHashAndReset(16));
    }

    [Fact]
    public void What_is_sealed_with_the_ephemeral_key_of_a_vector_is_opened_by_its_recipient()
    {
        var vector = Read()[1];
        using var ephemeral = KeyOf(vector, "ikmE");
        using var recipient = KeyOf(vector, "ikmR");
        var aad = "Count-0"u8;
        var (encapsulated, ciphertext) = Hpke.Aes256.Seal(ephemeral, Hex(vector, "pkRm"), Hex(vector, "info"), aad, Hex(vector, "pt"));
        Assert.Equal(Hex(vector, "enc"), encapsulated);
        Assert.Equal(Hex(vector.GetProperty("encryptions")[0], "ct"), ciphertext);

        var plaintext = new byte[Hex(vector, "pt").Length];
        Hpke.Aes256.Open(recipient, Hpke.PublicPoint(recipient), encapsulated, Hex(vector, "info"), aad, ciphertext, plaintext);
        Assert.Equal(Hex(vector, "pt"), plaintext);
    }

    [Theory]
    [InlineData(64, 0x04)]
    [InlineData(65, 0x04)]
    [InlineData(65, 0x02)]
    [InlineData(66, 0x04)]
    [InlineData(0, 0x04)]
    public void What_is_no_point_on_the_curve_is_refused(int length, byte form)
    {
        var point = new byte[length];
        point.AsSpan().Fill(0x5a);
        if (length > 0)
        {
            point[0] = form;
        }

        Assert.ThrowsAny<CryptographicException>(() => Hpke.ImportPublic(point));
    }

    private static JsonElement Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("tests", "Tagasi.Tests", "Protocol", "hpke-vectors.json")));
        return file.RootElement.GetProperty("vectors").Clone();
    }

    private static HpkeContext ContextOf(JsonElement vector)
    {
        using var ephemeral = KeyOf(vector, "ikmE");
        using var recipient = Hpke.ImportPublic(Hex(vector, "pkRm"));
        var suite = vector.GetProperty("aead_id").GetInt32() == 1 ? Hpke.Aes128 : Hpke.Aes256;
        return suite.Schedule(Hpke.Agree(ephemeral, recipient, Hex(vector, "enc"), Hex(vector, "pkRm")), Hex(vector, "info"));
    }

    private static ECDiffieHellman KeyOf(JsonElement vector, string seed) =>
        ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Hpke.DeriveKeyPair(Hex(vector, seed)) });

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}
