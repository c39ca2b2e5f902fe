using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tagasi.Protocol;

namespace Tagasi.Tests.Protocol;

/// <summary>A signature holds for one key, one type and one payload; nothing about it is the sender's to choose.</summary>
public sealed class JwsTests : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void What_was_signed_is_given_back() =>
        Assert.Equal("payload"u8.ToArray(), Jws.Verify(key, "type", Jws.Sign(key, "type", "payload"u8)));

    [Fact]
    public void Another_key_or_type_did_not_sign_it()
    {
        var signed = Jws.Sign(key, "type", "payload"u8);
        Assert.Null(Jws.Verify(other, "type", signed));
        Assert.Null(Jws.Verify(key, "other", signed));
        Assert.Null(Jws.Verify(key, "Type", signed));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"type"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"type","crit":["x"]}""")]
    [InlineData("""{"kid":"KID","alg":"ES256","typ":"type"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"type","jwk":{}}""")]
    public void A_header_of_the_senders_own_is_refused_though_the_signature_is_right(string header)
    {
        var written = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header.Replace("KID", KeyId.Of(key), StringComparison.Ordinal)));
        var signed = written + "." + Base64Url.EncodeToString("payload"u8);
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Assert.Null(Jws.Verify(key, "type", signed + "." + Base64Url.EncodeToString(signature)));
        Assert.Null(Jws.Verify(key, "type", signed + "."));
    }

    [Fact]
    public void No_part_can_be_exchanged_or_left_out()
    {
        var one = Jws.Sign(key, "type", "one"u8).Split('.');
        var two = Jws.Sign(key, "type", "two"u8).Split('.');
        Assert.Null(Jws.Verify(key, "type", $"{one[0]}.{two[1]}.{one[2]}"));
        Assert.Null(Jws.Verify(key, "type", $"{one[0]}.{one[1]}.{two[2]}"));
        Assert.Null(Jws.Verify(key, "type", $"{one[0]}.{one[1]}"));
        Assert.Null(Jws.Verify(key, "type", $"{one[0]}.{one[1]}.{one[2]}.{one[2]}"));
        Assert.Null(Jws.Verify(key, "type", ""));
        Assert.Null(Jws.Verify(key, "type", "..."));
    }

    [Fact]
    public void What_is_no_base64url_is_refused_and_does_not_throw()
    {
        var parts = Jws.Sign(key, "type", "payload"u8).Split('.');
        Assert.Null(Jws.Verify(key, "type", $"{parts[0]}.{parts[1]}.*"));
        Assert.Null(Jws.Verify(key, "type", $"{parts[0]}.*.{parts[2]}"));
        Assert.Null(Jws.Verify(key, "type", $"{parts[0]}.{parts[1]}.é"));
    }

    [Fact]
    public void A_signature_in_DER_is_refused()
    {
        var parts = Jws.Sign(key, "type", "payload"u8).Split('.');
        var der = key.SignData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Null(Jws.Verify(key, "type", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(der)}"));
    }

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }
}
