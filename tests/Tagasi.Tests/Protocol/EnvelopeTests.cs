using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Protocol;

/// <summary>The envelope opens for its agents and its ticket, unaltered, and for nothing else.</summary>
public sealed class EnvelopeTests : IDisposable
{
    private static readonly byte[] TicketHash = SHA256.HashData("a ticket"u8);

    private readonly EnvelopeOpener agent = new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
    private readonly EnvelopeOpener other = new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    [Theory]
    [InlineData("a")]
    [InlineData("Näide-Пример-例え 1")]
    [InlineData("😀 a pair of surrogates")]
    public void Every_agent_that_it_was_sealed_to_opens_it(string password)
    {
        var envelope = EnvelopeSealer.Seal(password, TicketHash, [agent.PublicKey, other.PublicKey]);
        Assert.Equal(password, Open(envelope));
        Assert.Equal(password, Open(envelope, other));
    }

    [Fact]
    public void The_longest_password_fits_and_a_longer_one_is_not_sealed()
    {
        var longest = new string('x', 256);
        Assert.Equal(longest, Open(EnvelopeSealer.Seal(longest, TicketHash, [agent.PublicKey])));
        Assert.Throws<ArgumentException>(() => EnvelopeSealer.Seal(longest + "x", TicketHash, [agent.PublicKey]));
    }

    [Fact]
    public void It_does_not_open_for_another_key()
    {
        var envelope = Sealed();
        Assert.Null(Open(envelope, other));

        // Not even when the name of the key is changed to the other's.
        var renamed = envelope with { Keys = [envelope.Keys[0] with { KeyId = other.PublicKey.KeyId }] };
        Assert.Null(Open(renamed, other));
    }

    [Fact]
    public void It_does_not_open_for_another_ticket()
    {
        using var password = agent.Open(Sealed(), SHA256.HashData("another ticket"u8));
        Assert.Null(password);
    }

    [Fact]
    public void A_body_under_the_keys_of_another_envelope_does_not_open()
    {
        var (one, two) = (Sealed(), Sealed());
        Assert.Null(Open(one with { Keys = two.Keys }));
    }

    [Fact]
    public void No_bit_of_it_can_be_changed()
    {
        var envelope = Sealed();
        for (var i = 0; i < envelope.Body.Length; i++)
        {
            Assert.Null(Open(envelope with { Body = Flip(envelope.Body, i) }));
        }

        var key = envelope.Keys[0];
        for (var i = 0; i < key.Encapsulated.Length; i++)
        {
            Assert.Null(Open(envelope with { Keys = [key with { Encapsulated = Flip(key.Encapsulated, i) }] }));
        }

        for (var i = 0; i < key.Ciphertext.Length; i++)
        {
            Assert.Null(Open(envelope with { Keys = [key with { Ciphertext = Flip(key.Ciphertext, i) }] }));
        }
    }

    [Fact]
    public void A_form_that_is_not_ours_is_not_opened()
    {
        var envelope = Sealed();
        Assert.Null(Open(envelope with { Suite = 0 }));
        Assert.Null(Open(envelope with { Suite = 2 }));
        Assert.Null(Open(envelope with { Body = envelope.Body[..^1] }));
        Assert.Null(Open(envelope with { Body = [.. envelope.Body, 0] }));
        Assert.Null(Open(envelope with { Body = [] }));
        Assert.Null(Open(envelope with { Keys = [] }));
        Assert.Null(Open(envelope with { Keys = [.. Enumerable.Repeat(envelope.Keys[0], Envelope.MaxKeys + 1)] }));
        Assert.Null(Open(envelope with { Keys = [envelope.Keys[0] with { Encapsulated = [] }] }));
        Assert.Null(Open(envelope with { Keys = [envelope.Keys[0] with { Ciphertext = [] }] }));
    }

    [Fact]
    public void The_length_of_the_password_does_not_show()
    {
        int[] passwords = [1, 8, 255, 256];
        var lengths = passwords.Select(length => EnvelopeSealer.Seal(new string('x', length), TicketHash, [agent.PublicKey]))
            .Select(envelope => (envelope.Body.Length, envelope.Keys[0].Encapsulated.Length, envelope.Keys[0].Ciphertext.Length));
        Assert.Equal((Envelope.BodyBytes, Hpke.PublicKeyBytes, 48), Assert.Single(lengths.Distinct()));
    }

    [Fact]
    public void The_same_password_is_never_sealed_alike()
    {
        var (one, two) = (Sealed(), Sealed());
        Assert.NotEqual(one.Body, two.Body);
        Assert.NotEqual(one.Keys[0].Encapsulated, two.Keys[0].Encapsulated);
        Assert.NotEqual(one.Keys[0].Ciphertext, two.Keys[0].Ciphertext);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(514)]
    [InlineData(0xffff)]
    public void A_length_that_no_password_has_is_refused(int length) =>
        Assert.Null(Open(SealRaw(slot => BinaryPrimitives.WriteUInt16BigEndian(slot, (ushort)length))));

    [Fact]
    public void Something_behind_the_password_is_refused()
    {
        Assert.Equal("x", Open(SealRaw(slot => (slot[1], slot[2]) = (2, (byte)'x'))));
        Assert.Null(Open(SealRaw(slot => (slot[1], slot[2], slot[4]) = (2, (byte)'x', 1))));
        Assert.Null(Open(SealRaw(slot => (slot[1], slot[2], slot[Envelope.SlotBytes - 1]) = (2, (byte)'x', 1))));
    }

    [Fact]
    public void A_password_is_wiped_when_it_is_let_go_and_never_printed()
    {
        var passwords = agent.Open(EnvelopeSealer.Seal("Correct horse 1", "Old horse 0", TicketHash, [agent.PublicKey]), TicketHash)!;
        Assert.Equal(("***", "***"), (passwords.ToString(), passwords.New!.ToString()));
        passwords.Dispose();
        Assert.True(passwords.New.Utf16.Span.IndexOfAnyExcept((byte)0) < 0);
        Assert.True(passwords.Current!.Utf16.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Theory]
    [InlineData("new", "", new[] { Operation.Reset, Operation.AdministratorReset })]
    [InlineData("new", "old", new[] { Operation.Change, Operation.ForcedChange })]
    [InlineData("", "old", new[] { Operation.Verify })]
    [InlineData("", "", new[] { Operation.Unlock })]
    public void What_was_sealed_fits_the_operations_that_take_just_that(string fresh, string current, Operation[] fitting)
    {
        using var passwords = agent.Open(EnvelopeSealer.Seal(fresh, current, TicketHash, [agent.PublicKey]), TicketHash)!;
        Assert.Equal(fitting, Enum.GetValues<Operation>().Where(passwords.Fit).OrderBy(operation => Array.IndexOf(fitting, operation)));
    }

    public void Dispose()
    {
        agent.Dispose();
        other.Dispose();
    }

    private Envelope Sealed() => EnvelopeSealer.Seal("Correct horse 1", TicketHash, [agent.PublicKey]);

    private string? Open(Envelope envelope, EnvelopeOpener? by = null)
    {
        using var passwords = (by ?? agent).Open(envelope, TicketHash);
        return passwords?.New is null ? null : Encoding.Unicode.GetString(passwords.New.Utf16.Span);
    }

    // As a sealer of somebody else's might.
    private Envelope SealRaw(Action<byte[]> fill)
    {
        var plaintext = new byte[2 * Envelope.SlotBytes];
        fill(plaintext);
        var key = RandomNumberGenerator.GetBytes(Envelope.BodyKeyBytes);
        var body = new byte[Envelope.BodyBytes];
        using var aes = new AesGcm(key, Hpke.TagBytes);
        aes.Encrypt(new byte[12], plaintext, body.AsSpan(0, plaintext.Length), body.AsSpan(plaintext.Length), TicketHash);
        var (encapsulated, ciphertext) = Hpke.Aes256.Seal(agent.PublicKey.Point, Envelope.Info, TicketHash, key);
        return new Envelope(Envelope.Suite1, body, [new WrappedKey(agent.PublicKey.KeyId, encapsulated, ciphertext)]);
    }

    private static byte[] Flip(byte[] bytes, int index)
    {
        var changed = (byte[])bytes.Clone();
        changed[index] ^= 0x01;
        return changed;
    }
}
