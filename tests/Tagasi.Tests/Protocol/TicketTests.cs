using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Protocol;

/// <summary>A ticket is what the service signed, in a version that is spoken, or it is nothing.</summary>
public sealed class TicketTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa service = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void What_the_service_signed_is_read_back_whole()
    {
        var ticket = AnyTicket();
        Assert.Equal(ticket, SignedTicket.Sign(ticket, service).Verify(service));
    }

    [Fact]
    public void A_strangers_ticket_is_none()
    {
        Assert.Null(SignedTicket.Sign(AnyTicket(), stranger).Verify(service));

        // Signed by the right key, but in the name of another service.
        Assert.Null(SignedTicket.Sign(AnyTicket() with { Service = KeyId.Of(stranger) }, service).Verify(service));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ProtocolVersion.Current + 1)]
    public void A_version_that_is_not_spoken_is_refused(int version) =>
        Assert.Null(SignedTicket.Sign(AnyTicket() with { Version = version }, service).Verify(service));

    [Fact]
    public void A_signature_over_something_else_is_no_ticket()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(AnyTicket(), ProtocolJson.Default.Ticket);
        Assert.NotNull(new SignedTicket(Jws.Sign(service, "tagasi-ticket", payload)).Verify(service));
        Assert.Null(new SignedTicket(Jws.Sign(service, "tagasi-result", payload)).Verify(service));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not JSON")]
    public void A_payload_that_is_no_ticket_is_refused_and_does_not_throw(string payload) =>
        Assert.Null(new SignedTicket(Jws.Sign(service, "tagasi-ticket", Encoding.UTF8.GetBytes(payload))).Verify(service));

    [Fact]
    public void Of_one_ticket_there_is_one_form_alone()
    {
        for (var i = 0; i < 20; i++)
        {
            var signed = SignedTicket.Sign(AnyTicket() with { Version = 2 }, service).Compact;
            Assert.NotNull(new SignedTicket(signed).Verify(service));
            Assert.Null(new SignedTicket(WithTheOtherSignature(signed)).Verify(service));
            Assert.Null(new SignedTicket(signed + " ").Verify(service));
            Assert.Null(new SignedTicket(signed[..^1] + (char)(signed[^1] + 1)).Verify(service));
        }

        // A service of version 1 makes either.
        Assert.NotNull(new SignedTicket(WithTheOtherSignature(SignedTicket.Sign(AnyTicket() with { Version = 1 }, service).Compact)).Verify(service));
    }

    // With (r, s), (r, n - s) verifies too.
    private static string WithTheOtherSignature(string compact)
    {
        var dot = compact.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(compact.AsSpan(dot + 1));
        var n = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var s = (n - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return compact[..(dot + 1)] + Base64Url.EncodeToString([.. signature.AsSpan(0, 32), .. new byte[32 - s.Length], .. s]);
    }

    [Fact]
    public void A_member_that_this_version_does_not_know_is_refused()
    {
        var json = JsonSerializer.Serialize(AnyTicket(), ProtocolJson.Default.Ticket);
        var more = json[..^1] + ""","alsoFor":"everybody"}""";
        Assert.Null(new SignedTicket(Jws.Sign(service, "tagasi-ticket", Encoding.UTF8.GetBytes(more))).Verify(service));
    }

    [Fact]
    public void An_overlong_ticket_is_refused_unread() =>
        Assert.Null(SignedTicket.Sign(AnyTicket() with { ProofsHash = new string('x', SignedTicket.MaxLength) }, service).Verify(service));

    [Fact]
    public void The_hash_is_over_the_form_that_travels()
    {
        var ticket = SignedTicket.Sign(AnyTicket(), service);
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Compact)), ticket.Hash);

        // Signed twice, the same permission is two tickets: an envelope belongs to one.
        Assert.NotEqual(ticket.Hash, SignedTicket.Sign(AnyTicket(), service).Hash);
    }

    [Fact]
    public void No_ticket_of_ours_lives_longer_than_an_agent_allows() => Assert.True(Ticket.Lifetime < Ticket.LongestLifetime);

    public void Dispose()
    {
        service.Dispose();
        stranger.Dispose();
    }

    private Ticket AnyTicket() => new(
        ProtocolVersion.Current, KeyId.Of(service), Guid.Parse("11111111-1111-1111-1111-111111111111"), "north.example", Guid.Parse("22222222-2222-2222-2222-222222222222"),
        Operation.Reset, Guid.Parse("33333333-3333-3333-3333-333333333333"), 7, Now, Now + Ticket.Lifetime, "proofs");
}
