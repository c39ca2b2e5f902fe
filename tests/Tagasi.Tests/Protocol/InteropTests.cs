using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Protocol;

/// <summary>The browser's sealing and ours are two implementations of one format: each opens what the other seals.</summary>
public sealed class InteropTests
{
    private const int Exchanges = 10_000;

    // Lines that are under way at a time: enough for both sides to be busy, few enough for the pipes.
    private const int Window = 32;

    [Fact]
    public async Task Each_side_opens_what_the_other_seals_ten_thousand_times()
    {
        using var serviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var agentKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var otherKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var agent = new EnvelopeOpener(ECDiffieHellman.Create(agentKey.ExportParameters(includePrivateParameters: true)));
        var privateKey = Convert.ToBase64String(agentKey.ExportPkcs8PrivateKey());
        SealingKey[] both = [new(KeyId.Of(otherKey), Hpke.PublicPoint(otherKey)), agent.PublicKey];
        await using var browser = NodeSide.Start();

        for (var done = 0; done < Exchanges; done += Window)
        {
            var round = Enumerable.Range(0, Math.Min(Window, Exchanges - done)).Select(_ => (Password: AnyPassword(), Current: AnyPasswordOrNone(), Ticket: AnyTicket(serviceKey))).ToList();
            // One agent is the rule; a second one costs time and is tried in every tenth round.
            var recipients = done / Window % 10 == 0 ? both : both[1..];
            var sealedThere = await browser.AskAsync(round.Select(one => (object)new { Do = "seal", Passwords = PassedOn(one.Password, one.Current), Ticket = one.Ticket.Compact, Recipients = recipients }));
            var openedThere = await browser.AskAsync(round.Select(one => (object)new
            {
                Do = "open",
                Envelope = EnvelopeSealer.Seal(one.Password, one.Current, one.Ticket.Hash, recipients),
                Ticket = one.Ticket.Compact,
                agent.PublicKey.KeyId,
                PrivateKey = privateKey,
            }));

            for (var i = 0; i < round.Count; i++)
            {
                Assert.Equal((round[i].Password, round[i].Current), (openedThere[i].GetProperty("fresh").GetString(), openedThere[i].GetProperty("current").GetString()));
                // Read as the service reads it: strictly.
                using var openedHere = agent.Open(sealedThere[i].Deserialize(ProtocolJson.Default.Envelope)!, round[i].Ticket.Hash);
                Assert.Equal((round[i].Password, round[i].Current), (Text(openedHere!.New), Text(openedHere.Current)));
            }
        }
    }

    [Fact]
    public async Task The_browser_does_not_open_what_was_sealed_for_another_ticket()
    {
        using var serviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var agentKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var recipient = new SealingKey(KeyId.Of(agentKey), Hpke.PublicPoint(agentKey));
        await using var browser = NodeSide.Start();

        var envelope = EnvelopeSealer.Seal("x", AnyTicket(serviceKey).Hash, [recipient]);
        var reply = await browser.AskAsync([new { Do = "open", Envelope = envelope, Ticket = AnyTicket(serviceKey).Compact, recipient.KeyId, PrivateKey = Convert.ToBase64String(agentKey.ExportPkcs8PrivateKey()) }]);
        Assert.True(reply[0].TryGetProperty("error", out _));
    }

    private static string Text(Password? password) => password is null ? "" : Encoding.Unicode.GetString(password.Utf16.Span);

    // A browser that has no current password to seal says nothing of it.
    private static object PassedOn(string password, string current) => current.Length == 0 ? new { Fresh = password } : new { Fresh = password, Current = current };

    private static string AnyPasswordOrNone() => RandomNumberGenerator.GetInt32(2) == 0 ? "" : AnyPassword();

    // 1 to 256 UTF-16 units of every script, with surrogates in pairs.
    private static string AnyPassword()
    {
        var units = RandomNumberGenerator.GetInt32(1, 257);
        var text = new StringBuilder();
        while (text.Length < units)
        {
            var rune = RandomNumberGenerator.GetInt32(4) switch
            {
                0 when text.Length + 2 <= units => new Rune(RandomNumberGenerator.GetInt32(0x10000, 0x110000)),
                1 => new Rune(RandomNumberGenerator.GetInt32(0x80, 0xd800)),
                _ => new Rune(RandomNumberGenerator.GetInt32(0x20, 0x7f)),
            };
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    private static SignedTicket AnyTicket(ECDsa key) =>
        new(Jws.Sign(key, "tagasi-ticket", RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 400))));
}
