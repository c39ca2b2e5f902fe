using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tagasi.Ldap;
using Tagasi.Ldap.Messages;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.Protocol;

/// <summary>How much memory the largest and deepest input that is let in can cost, whoever sent it.</summary>
public sealed class HostileInputTests
{
    private const long Most = 64L * 1024 * 1024;
    private static readonly int LargestLdapMessage = new LdapConnectionOptions { Host = "dc1" }.MaxMessageBytes;

    public static TheoryData<string, byte[]> LdapMessages => new()
    {
        { "nested to its end", Nested(LargestLdapMessage) },
        { "as many attributes as are let in", Answers.Entry(1, "CN=x", [.. Enumerable.Range(0, 10_000).Select(i => ($"a{i}", new[] { new string('v', 400) }))]) },
        { "one attribute more", Answers.Entry(1, "CN=x", [.. Enumerable.Range(0, 10_001).Select(i => ($"a{i}", Array.Empty<string>()))]) },
        { "as many values as are let in", Answers.Entry(1, "CN=x", ("member", Enumerable.Repeat("0123456789abcdef", 200_000).ToArray())) },
        { "one value more", Answers.Entry(1, "CN=x", ("member", Enumerable.Repeat("", 200_001).ToArray())) },
        { "nothing but referrals", Answers.Reference(1, [.. Enumerable.Repeat("ldap://a/", 350_000)]) },
        { "nothing but controls", Answers.Result(1, Answers.ModifyResponse, controls: [.. Enumerable.Repeat(new LdapControl("1.2", false), 300_000)]) },
        { "one long diagnostic", Answers.Result(1, Answers.ModifyResponse, 53, new string('d', LargestLdapMessage - 100)) },
    };

    [Theory]
    [MemberData(nameof(LdapMessages), DisableDiscoveryEnumeration = true)]
    public void The_worst_LDAP_message_costs_less_than_64_MiB(string what, byte[] message)
    {
        Assert.True(message.Length <= LargestLdapMessage, what);
        AssertCheap(() => ResponseDecoder.Decode(message), what);
    }

    public static TheoryData<string, string> RelayMessages => new()
    {
        { "nested to its end", new string('[', RelayWire.MaxMessageBytes) },
        { "objects nested to their end", string.Concat(Enumerable.Repeat("{\"a\":", RelayWire.MaxMessageBytes / 5)) },
        { "nothing but users", "{\"users\":[" + string.Join(',', Enumerable.Repeat("null", (RelayWire.MaxMessageBytes / 5) - 8)) + "]}" },
        { "nothing but keys", "{\"ticket\":\"t\",\"envelope\":{\"suite\":1,\"body\":\"\",\"keys\":[" + string.Join(',', Enumerable.Repeat("null", (RelayWire.MaxMessageBytes / 5) - 32)) + "]}}" },
        { "one long ticket", "{\"ticket\":\"" + new string('t', RelayWire.MaxMessageBytes - 32) + "\",\"envelope\":null}" },
        { "nothing but escapes", "{\"ticket\":\"" + string.Concat(Enumerable.Repeat("\\u0041", (RelayWire.MaxMessageBytes / 6) - 8)) + "\"}" },
        { "nothing but domains", "{\"domains\":[" + string.Join(',', Enumerable.Repeat("\"\"", (RelayWire.MaxMessageBytes / 3) - 8)) + "]}" },
    };

    [Theory]
    [MemberData(nameof(RelayMessages), DisableDiscoveryEnumeration = true)]
    public void The_worst_relay_message_costs_less_than_64_MiB(string what, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        Assert.True(bytes.Length <= RelayWire.MaxMessageBytes, what);
        JsonTypeInfo[] types =
        [
            ProtocolJson.Default.AgentHello, ProtocolJson.Default.HelloReply, ProtocolJson.Default.ImportPage, ProtocolJson.Default.PreflightReply, ProtocolJson.Default.PreflightRequest,
            ProtocolJson.Default.WritebackOrder, ProtocolJson.Default.WritebackResult, ProtocolJson.Default.ResolveRequest, ProtocolJson.Default.OnboardingState, ProtocolJson.Default.String,
        ];
        Assert.All(types, type => AssertCheap(() => JsonSerializer.Deserialize(bytes, type), $"{what}, as {type.Type.Name}"));
    }

    [Fact]
    public void The_longest_answer_of_an_agent_costs_less_than_64_MiB_to_be_refused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var endless = new string('a', RelayWire.MaxMessageBytes);
        AssertCheap(() => Assert.Null(SignedResult.Verify(endless, key)), "no dots");
        AssertCheap(() => Assert.Null(SignedResult.Verify(endless + "." + endless + "." + endless, key)), "two dots");
    }

    // All that was allocated, not what was kept: the stricter of the two.
    private static void AssertCheap(Action decode, string what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode();
        }
        catch (Exception e) when (e is LdapProtocolException or JsonException)
        {
            // To be refused is as good an end.
        }

        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(cost < Most, $"{what}: {cost / 1024} KiB");
    }

    // Built from the inside: every level is a sequence around the one before.
    private static byte[] Nested(int size)
    {
        var bytes = new byte[size];
        for (var at = size; at >= 6;)
        {
            var inside = size - at;
            at -= 6;
            byte[] header = [0x30, 0x84, (byte)(inside >> 24), (byte)(inside >> 16), (byte)(inside >> 8), (byte)inside];
            header.CopyTo(bytes, at);
        }

        return bytes[(size % 6)..];
    }
}
